public import DecodingCore

/// A prompt decoded both ways, and what came of it.
public struct SpeedupMeasurement: Sendable, Equatable {
  /// With the drafter.
  public let speculative: DecodingResult

  /// Byte by byte.
  public let plain: DecodingResult

  /// Pairs two generations of the same prompt and options.
  public init(speculative: DecodingResult, plain: DecodingResult) {
    self.speculative = speculative
    self.plain = plain
  }

  /// Whether both decided the same bytes, wrote as many of them and ended for the same reason:
  /// compared, never assumed.
  public var isIdentical: Bool {
    speculative.output == plain.output && speculative.summary.withheld == plain.summary.withheld
      && speculative.summary.stopReason == plain.summary.stopReason
  }

  /// Plain decoding seconds over speculative decoding seconds, for the same number of bytes.
  ///
  /// Drafting, verification, rollback and sampling are in; both prefills are out. Nil when
  /// nothing was decoded.
  public var speedup: Double? {
    ratio(plain.summary.timing.decoding, speculative.summary.timing.decoding)
  }

  /// The same with the prefills in.
  public var speedupWithPrefill: Double? {
    ratio(plain.summary.timing.total, speculative.summary.timing.total)
  }

  private func ratio(_ plain: Double, _ speculative: Double) -> Double? {
    plain > 0 && speculative > 0 ? plain / speculative : nil
  }
}

extension SpeculativeDecoder {
  /// Decodes a prompt with the drafter, then byte by byte, and compares time and output.
  ///
  /// Parameter and errors as of `decode`.
  public func measureSpeedup(prompt: [UInt8]) throws(DecodingError) -> SpeedupMeasurement {
    let speculative = try decode(prompt: prompt)
    return SpeedupMeasurement(speculative: speculative, plain: try decodePlainly(prompt: prompt))
  }
}
