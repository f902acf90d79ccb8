import Foundation

/// What the processor calls itself.
package enum ProcessorName {
  /// The name; nil where the system does not tell it.
  package static var current: String? {
    let file = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = file.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
  }
}
