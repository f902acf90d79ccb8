import Kernels

/// The distributions that drafted bytes were drawn from: what rejection sampling needs to know.
extension Draft {
  /// Draws a byte and appends it with the distribution that it is drawn from.
  ///
  /// Drawing here rather than at the caller makes the distribution that is reported the one that
  /// the byte comes from.
  ///
  /// - Parameters:
  ///   - weights: 256 finite values of at least 0, in proportion to the probabilities.
  ///   - uniform: a number in (0, 1) that has decided nothing else: `ByteSampler.draftUniforms`.
  /// - Returns: the byte; nil, and nothing is appended, when no byte has any weight.
  /// - Throws: `DecodingError.invalidDistribution` when the weights are none.
  @discardableResult
  public mutating func draw(
    from weights: [Double], uniform: Double
  ) throws(DecodingError) -> UInt8? {
    guard weights.count == 256, weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw .invalidDistribution(position: nextPosition)
    }
    var sum = 0.0
    var drawn: UInt8?
    FloatingPointMode.withDefault {
      sum = CategoricalDraw.sum(of: weights)
      drawn = sum.isFinite ? CategoricalDraw.byte(from: weights, uniform: uniform) : nil
    }
    guard sum.isFinite else { throw .invalidDistribution(position: nextPosition) }
    guard let drawn else { return nil }
    append(drawn, weights: weights, sum: sum)
    return drawn
  }

  /// The probability of each byte when a drafted one was drawn. [256]
  ///
  /// - Parameter index: of a byte that was drawn by `draw`.
  /// - Returns: nil for a byte that was appended without a distribution: it counts as certain.
  package func distribution(at index: Int) -> ArraySlice<Double>? {
    guard hasDistribution(at: index) else { return nil }
    return distributions[index * 256..<index * 256 + 256]
  }

  /// For each byte what may be known of it before it is drawn: its expected probability, or for a
  /// byte without a distribution its probability.
  package var expectedProbabilities: [Float] {
    expectations.isEmpty ? probabilities : expectations
  }
}
