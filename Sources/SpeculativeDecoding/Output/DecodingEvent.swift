/// What happens during a generation, in order: prefill progress, bytes, and a summary at the end.
public enum DecodingEvent: Sendable, Equatable {
  /// So many bytes of the prompt have been consumed.
  case prefilled(bytes: Int, of: Int)

  /// Bytes of the output, as soon as they are decided.
  case bytes(DecodedBytes)

  /// The generation has ended; nothing follows.
  case finished(DecodingSummary)
}

/// The bytes that one round emitted, with their provenance.
public struct DecodedBytes: Sendable, Equatable {
  /// Decided bytes, in order; at least one. Bytes that may be the beginning of a stop text come
  /// later than their round, in as many events as rounds decided them.
  public let bytes: [UInt8]

  /// How many of `bytes`, from the first, were drafted and accepted; the rest are the verifier's
  /// own.
  public let acceptedCount: Int

  /// Tokens that were drafted for the round.
  public let draftedTokens: Int

  /// The drafted bytes that the verifier accepted.
  public var accepted: ArraySlice<UInt8> { bytes[..<acceptedCount] }

  /// The bytes that the verifier wrote itself.
  public var verifierBytes: ArraySlice<UInt8> { bytes[acceptedCount...] }

  /// The drafted bytes that the verifier was handed and did not accept: the first is the one
  /// that its own byte replaced. Empty when the whole draft was accepted, or there was none.
  ///
  /// They share the memory that the generation works in: kept beyond the event, they are copied.
  public let rejected: ArraySlice<UInt8>

  /// Where the byte at an index of `bytes` comes from.
  public func provenance(at index: Int) -> ByteProvenance {
    if index < acceptedCount { return .accepted }
    return index == acceptedCount && !rejected.isEmpty ? .corrected : .verifier
  }

  /// How probable each of `bytes` was; empty unless `recordsLogProbabilities` asks for them.
  public let logProbabilities: [ByteLogProbability]

  package init(
    bytes: [UInt8], acceptedCount: Int, rejected: ArraySlice<UInt8> = [], draftedTokens: Int = 0,
    logProbabilities: [ByteLogProbability] = []
  ) {
    self.bytes = bytes
    self.acceptedCount = acceptedCount
    self.rejected = rejected
    self.logProbabilities = logProbabilities
    self.draftedTokens = draftedTokens
  }
}

/// What a caller answers to an event.
public enum DecodingControl: Sendable {
  /// Continue.
  case proceed
  /// End the generation here; what was decoded so far is the result.
  case stop
}

/// Where a byte of the output comes from; the order is how little it says for the draft.
public enum ByteProvenance: Sendable, Equatable, Comparable, CaseIterable {
  /// It was drafted, and the verifier accepted it.
  case accepted
  /// The verifier wrote it where no byte was drafted.
  case verifier
  /// The verifier wrote it in place of a drafted byte.
  case corrected
}

/// How probable a byte was when it was decided, as natural logarithms.
public struct ByteLogProbability: Sendable, Equatable {
  /// In the distribution that it was sampled from: after temperature, mask and filters. 0 at
  /// temperature 0, where the byte is certain. Minus infinity for a byte that `top-beta` accepted
  /// and sampling would not have given.
  public let sampled: Double

  /// In the verifier's own: softmax of its logits, at temperature 1, nothing left out.
  public let raw: Double

  package init(sampled: Double, raw: Double) {
    self.sampled = sampled
    self.raw = raw
  }
}
