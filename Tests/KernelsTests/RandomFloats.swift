import Kernels
import TestSupport

/// Inputs for kernels: the same on every run.
struct RandomFloats {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func values(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &generator) }
  }

  mutating func buffer(_ count: Int, in range: ClosedRange<Float> = -1...1) -> FloatBuffer {
    FloatBuffer(values(count, in: range))
  }

  mutating func word() -> UInt64 { generator.next() }
}

extension FloatBuffer {
  /// All of it.
  var values: [Float] { (0..<count).map { self[$0] } }

  /// All of it, comparable to the bit.
  var bits: [UInt32] { values.bits }

  /// The place of the first NaN or infinity of a range, counted from its start; nil if there is none.
  func firstNonFinite(in range: Range<Int>) -> Int? {
    rows(stride: count).firstNonFinite(in: range).map { $0 - range.lowerBound }
  }

  /// A copy that can be written to.
  var clone: FloatBuffer { FloatBuffer(values) }
}

extension [Float] {
  /// The values, comparable to the bit: zeros by their sign too.
  var bits: [UInt32] { map(\.bitPattern) }
}
