import Foundation

/// The memory of this process, as Linux tells it.
package enum ProcessMemory {
  /// The most bytes that were resident at once since the process began (VmHWM); nil elsewhere.
  package static var peak: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }
}
