extension ByteSampler {
  /// Two uniform numbers in (0, 1) for what a drafter draws at a step of a draft, independent of
  /// the verifier's noise and of what decides whether a byte is accepted.
  ///
  /// A round begins at a position of its own, so position and step together come only once in a
  /// generation: no number that was drawn for a draft is used for another.
  ///
  /// - Parameters:
  ///   - position: the output position of the byte.
  ///   - step: how many bytes of the draft come before it.
  public func draftUniforms(at position: UInt64, step: Int) -> (Double, Double) {
    Philox.uniforms(
      seed: options.seed, position: position, pair: UInt32(clamping: step), stream: .draft)
  }

  /// The uniform number in (0, 1) that tests the drafted byte at a position.
  package func acceptUniform(at position: UInt64) -> Double {
    Philox.uniform(seed: options.seed, position: position, index: 0, stream: .accept)
  }

  /// The uniform number in (0, 1) that draws the byte at a position where none is accepted.
  package func residualUniform(at position: UInt64) -> Double {
    Philox.uniform(seed: options.seed, position: position, index: 0, stream: .residual)
  }
}
