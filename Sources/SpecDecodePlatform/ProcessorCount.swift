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
