internal import CKernels
internal import Foundation

/// A fixed number of floats that the members of a worker team read and write together.
///
/// It is `Sendable` because a team's members run the same pass over disjoint shares of each
/// buffer, with barriers between a write and the reads that depend on it; nothing checks that, so
/// only code that runs in a pass may write to a buffer which others hold.
@safe
package final class FloatBuffer: @unchecked Sendable {
  /// How many floats.
  package let count: Int

  // SAFETY: `count` floats within `memory`; every access from outside this module is
  // bounds-checked.
  let base: UnsafeMutablePointer<Float>
  // SAFETY: allocated in `init`, freed in `deinit`.
  private let memory: UnsafeMutableRawPointer

  /// A cache line, in bytes.
  private static let alignment = 64

  /// All zeros.
  package init(count: Int) {
    precondition(count >= 0)
    self.count = count
    // The system's own zeros: pages that are never used are never written.
    let stride = MemoryLayout<Float>.stride
    guard let memory = unsafe calloc(count + Self.alignment / stride, stride) else {
      preconditionFailure("out of memory: \(count) floats")
    }
    unsafe self.memory = memory
    unsafe base = memory.alignedUp(toMultipleOf: Self.alignment)
      .bindMemory(to: Float.self, capacity: count)
  }

  /// Copies `values`, then zeros up to `count`.
  package convenience init(_ values: [Float], count: Int? = nil) {
    self.init(count: max(count ?? 0, values.count))
    for (index, value) in values.enumerated() { self[index] = value }
  }

  deinit {
    unsafe free(memory)
  }

  /// One float.
  package subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return unsafe base[index]
    }
    set {
      precondition(index >= 0 && index < count)
      unsafe base[index] = newValue
    }
  }

  /// Copies all of a buffer of the same size.
  package func copy(from other: FloatBuffer) {
    precondition(count == other.count)
    unsafe base.update(from: other.base, count: count)
  }

  /// Copies floats over those from `offset` on.
  package func copy(from values: Span<Float>, to offset: Int) {
    precondition(offset >= 0 && offset + values.count <= count)
    unsafe values.withUnsafeBufferPointer { values in
      guard let source = values.baseAddress else { return }
      unsafe (base + offset).update(from: source, count: values.count)
    }
  }

  /// Writes one value to every place.
  package func fill(_ value: Float) {
    unsafe base.update(repeating: value, count: count)
  }

  /// The exclusive or of the bits of a range of floats.
  package func foldedBits(in range: Range<Int>) -> UInt32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe ck_fold_bits(base + range.lowerBound, range.count)
  }
}
