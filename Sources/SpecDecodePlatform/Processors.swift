import Foundation

/// How many processors a process can keep busy.
package enum ProcessorCount {
  /// Physical cores that this process may use: two threads of one core share what the kernels need.
  package static var usable: Int {
    #if os(Linux)
      LinuxProcessors().usableCount
    #else
      min(physicalCount, ProcessInfo.processInfo.activeProcessorCount)
    #endif
  }

  #if !os(Linux)
    /// Fast cores where the system tells them apart, else all; a slow one would keep the others
    /// waiting.
    private static var physicalCount: Int {
      number("hw.perflevel0.physicalcpu") ?? number("hw.physicalcpu") ?? .max
    }

    private static func number(_ name: String) -> Int? {
      var value: Int32 = 0
      var size = MemoryLayout<Int32>.size
      // SAFETY: the system writes at most `size` bytes to `value`.
      guard unsafe sysctlbyname(name, &value, &size, nil, 0) == 0, value > 0 else { return nil }
      return Int(value)
    }
  #endif
}

/// What the processor calls itself.
package enum ProcessorName {
  /// The name; nil where the system does not tell it.
  package static var current: String? {
    #if os(Linux)
      LinuxProcessors().name
    #else
      text("machdep.cpu.brand_string")
    #endif
  }

  #if !os(Linux)
    private static func text(_ name: String) -> String? {
      var bytes = [UInt8](repeating: 0, count: 256)
      var size = bytes.count
      // SAFETY: the system writes at most `size` bytes to the buffer.
      guard unsafe sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix(size).prefix { $0 != 0 }, as: UTF8.self)
    }
  #endif
}
