package import SpeculativeDecoding

/// One prompt decoded with one seed: speculatively, plainly, or both.
package struct SampleMeasurement: Sendable, Equatable {
  /// The seed of the noise.
  package let seed: UInt64
  /// With the drafter; nil when the run is without one.
  package let speculative: DecodingResult?
  /// When a drafted byte is accepted.
  package let acceptance: Acceptance
  /// What the outputs cost in bits, where the rule is lossy and there was a baseline.
  package var score: Score?
  /// Byte by byte; nil when there was no baseline, or it was interrupted.
  package var plain: DecodingResult?

  /// Pairs the generations of one seed.
  package init(
    seed: UInt64, speculative: DecodingResult?, plain: DecodingResult?,
    acceptance: Acceptance = .exact
  ) {
    self.seed = seed
    self.acceptance = acceptance
    self.speculative = speculative
    self.plain = plain
  }

  /// The mean of -log2 p over the bytes of both outputs.
  package struct Score: Sendable, Equatable {
    /// Of the bytes that were written.
    package let bitsPerByte: Double
    /// Of those of plain decoding.
    package let exactBitsPerByte: Double

    /// Pairs two scores.
    package init(bitsPerByte: Double, exactBitsPerByte: Double) {
      self.bitsPerByte = bitsPerByte
      self.exactBitsPerByte = exactBitsPerByte
    }
  }

  /// What was written to the user: of the speculative generation if there is one.
  package var output: [UInt8] { written?.output ?? [] }

  /// The generation whose output was written.
  package var written: DecodingResult? { speculative ?? plain }

  /// Where the two outputs part, what ended them included: the index of the first byte that differs
  /// or that only one has.
  /// Nil when they are equal or there is only one.
  package var firstDifference: Int? {
    guard let speculative = speculative?.decidedBytes, let plain = plain?.decidedBytes else {
      return nil
    }
    return FirstDifference.between(speculative, plain)
  }
}

/// Where two outputs part.
package enum FirstDifference {
  /// The index of the first byte that differs or that only one has; nil when they are equal.
  package static func between(_ first: [UInt8], _ second: [UInt8]) -> Int? {
    guard first != second else { return nil }
    return zip(first, second).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(first.count, second.count)
  }
}
