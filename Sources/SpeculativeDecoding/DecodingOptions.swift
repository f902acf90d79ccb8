public import DecodingCore

/// What a generation does.
public struct DecodingOptions: Sendable, Equatable {
  /// How many bytes to generate at most; at least 0.
  public var maxBytes: Int

  /// How each byte is drawn.
  public var sampling: SamplingOptions

  /// How far the drafter runs ahead. Changes the speed; under `Acceptance.exact` never the output.
  public var draftLength: DraftLength

  /// When a drafted byte stands.
  public var acceptance: Acceptance

  /// What the verifier is fed in place of an empty prompt, since it needs a byte to start from.
  public var startByte: UInt8

  /// Creates options: greedy, 512 bytes, draft length found while decoding.
  public init(
    maxBytes: Int = 512,
    sampling: SamplingOptions = SamplingOptions(),
    draftLength: DraftLength = .automatic,
    acceptance: Acceptance = .exact,
    startByte: UInt8 = 0x0A
  ) {
    self.maxBytes = maxBytes
    self.sampling = sampling
    self.draftLength = draftLength
    self.acceptance = acceptance
    self.startByte = startByte
  }

  /// Throws when an option is out of range.
  public func validate() throws(DecodingError) {
    guard maxBytes >= 0 else {
      throw .invalidOption(
        name: "the number of bytes", value: "\(maxBytes)", remedy: "give at least 0")
    }
    if case .tokens(let count) = draftLength, count < 0 {
      throw .invalidOption(
        name: "the number of draft tokens", value: "\(count)", remedy: "give at least 0")
    }
    try acceptance.validate()
    try sampling.validate()
  }
}

/// How many units (tokens) are drafted in a round.
public enum DraftLength: Sendable, Equatable {
  /// As many as pay, by acceptance and costs measured while decoding; may be none. Where the
  /// output depends on what is drafted the costs come from a table, so that it does not depend on
  /// the clock.
  case automatic

  /// Always this many; 0 is plain decoding.
  case tokens(Int)
}
