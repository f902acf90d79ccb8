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
    Self.speedup(
      speculative: (seconds(speculative.summary.timing), speculative.summary.outputBytes),
      plain: (seconds(plain.summary.timing), plain.summary.outputBytes))
  }

  /// The one definition of a speedup: plain seconds a byte over speculative seconds a byte; nil when
  /// one of them decoded nothing.
  package static func speedup(
    speculative: (seconds: Double, bytes: Int), plain: (seconds: Double, bytes: Int)
  ) -> Double? {
    let fast = speculative.seconds * Double(plain.bytes)
    let slow = plain.seconds * Double(speculative.bytes)
    return fast > 0 && slow > 0 ? slow / fast : nil
  }
}
