package import SpeculativeDecoding

/// One prompt decoded with one seed: speculatively, plainly, or both.
package struct SampleMeasurement: Sendable, Equatable {
  /// The seed of the noise.
  package let seed: UInt64
  /// With the drafter; nil when the run is without one.
  package let speculative: DecodingResult?
  /// Byte by byte; nil when there was no baseline, or it was interrupted.
  package var plain: DecodingResult?

  /// Pairs the generations of one seed.
  package init(seed: UInt64, speculative: DecodingResult?, plain: DecodingResult?) {
    self.seed = seed
    self.speculative = speculative
    self.plain = plain
  }

  /// What was written to the user: of the speculative generation if there is one.
  package var output: [UInt8] { (speculative ?? plain)?.output ?? [] }

  /// Where the two outputs part: the index of the first byte that differs or that only one has.
  /// Nil when they are equal or there is only one.
  package var firstDifference: Int? {
    guard let speculative = speculative?.output, let plain = plain?.output else { return nil }
    return FirstDifference.between(speculative, plain)
  }
}
