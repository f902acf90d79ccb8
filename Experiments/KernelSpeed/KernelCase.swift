import Kernels
import Measuring

/// One kernel at one shape, precision, window and number of threads.
struct KernelCase: Sendable {
  let label: Label
  /// Bytes that one application must read or write at least.
  let bytes: Double
  /// Arithmetic of one application: a fused multiply-add is two operations, any other
  /// floating-point instruction takes its place and counts as two as well.
  let operations: Double
  /// What bounds the arithmetic.
  let peak: Peak
  /// The buffer whose reading speed bounds the memory traffic: as large as what the kernel walks
  /// over, so that it comes from the same cache or memory.
  let footprint: Int
  /// Applies the kernel so many times and returns seconds in all.
  let run: @Sendable (Int) -> Double

  /// What is measured.
  struct Label: Sendable, Hashable, Encodable {
    let shape: String
    let kernel: String
    let type: String
    let threads: Int
    let window: Int
  }

  /// The arithmetic that a kernel is made of.
  enum Peak: Sendable {
    case float, int8
  }
}

/// A limit that several cases share.
enum Limit: Hashable, Sendable {
  case read(byteCount: Int, threads: Int)
  case float(threads: Int)
  case int8(threads: Int)

  /// Bytes or operations a second.
  func measured() -> Double {
    switch self {
    case .read(let byteCount, let threads):
      MachineLimits.readRate(byteCount: byteCount, threads: threads)
    case .float(let threads): MachineLimits.floatRate(threads: threads)
    case .int8(let threads): MachineLimits.int8Rate(threads: threads)
    }
  }
}

extension KernelCase {
  var memoryLimit: Limit { .read(byteCount: footprint, threads: label.threads) }

  var arithmeticLimit: Limit {
    switch peak {
    case .float: .float(threads: label.threads)
    case .int8: .int8(threads: label.threads)
    }
  }
}
