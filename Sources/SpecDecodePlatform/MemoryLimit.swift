import Foundation

/// The most memory that this process can still get, and what sets that limit.
///
/// It is asked for before weights are allocated: a system that has promised more than it has ends a
/// process without a word when the memory is written to.
public struct MemoryLimit: Sendable, Equatable {
  /// What sets a limit.
  public enum Cause: Sendable {
    /// The memory that is built in.
    case machine
    /// What other programs have left of memory and swap.
    case otherPrograms
    /// What is left of the limit of the process's control group, as containers have it.
    case controlGroup
    /// What is left of the process's address space, as `ulimit -v` limits it.
    case addressSpace
  }

  /// In bytes, never negative.
  public let byteCount: Int
  /// What sets the limit.
  public let cause: Cause

  /// A limit of so many bytes.
  public init(byteCount: Int, cause: Cause) {
    self.byteCount = max(byteCount, 0)
    self.cause = cause
  }

  /// The smallest limit that the system tells of, at this moment.
  package static var current: MemoryLimit {
    let machine = MemoryLimit(
      byteCount: Int(clamping: ProcessInfo.processInfo.physicalMemory), cause: .machine)
    #if os(Linux)
      return LinuxMemory().limits.reduce(machine) { $1.byteCount < $0.byteCount ? $1 : $0 }
    #else
      return machine
    #endif
  }
}

extension MemoryLimit: CustomStringConvertible {
  /// How much it is, why, and what can be done about it.
  public var description: String {
    let size = "\(byteCount >> 20) MiB"
    return switch cause {
    case .machine:
      "this machine has \(size); quantize the model, or use a smaller one"
    case .otherPrograms:
      "\(size) are free on this machine; end other programs, or quantize the model"
    case .controlGroup:
      "\(size) are left of the limit of its control group (container); raise that, or quantize "
        + "the model"
    case .addressSpace:
      "\(size) are left of the limit of its address space (ulimit -v); raise that, or quantize "
        + "the model"
    }
  }
}
