/// Draws from a distribution over the bytes by its inverse cumulative sum.
package enum CategoricalDraw {
  /// The first byte at which the running sum exceeds the uniform number's share of the whole.
  ///
  /// Sums are taken in the order of the bytes, so the result is the same on every machine. A byte
  /// of no weight is never drawn.
  ///
  /// - Parameters:
  ///   - weights: of bytes 0, 1, ...; finite, at least 0, not necessarily of sum 1.
  ///   - uniform: in (0, 1).
  /// - Returns: nil when no byte has any weight.
  package static func byte(from weights: [Double], uniform: Double) -> UInt8? {
    let target = uniform * sum(of: weights)
    var running = 0.0
    var last: UInt8?
    for byte in weights.indices where weights[byte] > 0 {
      running += weights[byte]
      last = UInt8(truncatingIfNeeded: byte)
      if running > target { break }
    }
    return last
  }

  /// The sum in the order of the bytes.
  package static func sum(of weights: [Double]) -> Double {
    var sum = 0.0
    for weight in weights { sum += weight }
    return sum
  }
}
