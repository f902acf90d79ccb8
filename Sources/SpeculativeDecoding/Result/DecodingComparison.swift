/// A prompt decoded with a drafter and plainly, and what came of it.
public struct DecodingComparison: Sendable, Equatable {
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

  /// Plain decoding seconds a byte over speculative decoding seconds a byte; where both wrote equally
  /// many bytes, the ratio of the times.
  ///
  /// Drafting, verification, rollback and sampling are in; both prefills are out. Nil when
  /// nothing was decoded.
  public var speedup: Double? { ratio(\.decoding) }

  /// The same with the prefills in.
  public var speedupWithPrefill: Double? { ratio(\.total) }

  private func ratio(_ seconds: (DecodingTiming) -> Double) -> Double? {
    let (fast, slow) = (speculative.summary, plain.summary)
    let speculativeSeconds = seconds(fast.timing) * Double(slow.outputBytes)
    let plainSeconds = seconds(slow.timing) * Double(fast.outputBytes)
    return speculativeSeconds > 0 && plainSeconds > 0 ? plainSeconds / speculativeSeconds : nil
  }
}
