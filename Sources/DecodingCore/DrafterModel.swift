/// A model that guesses what a verifier will write.
///
/// A drafter decides only how fast decoding is, never what it writes: any guess is allowed.
public protocol DrafterModel: Sendable {
  /// What one generation reads and writes.
  associatedtype Session: DrafterSession

  /// A session that has seen nothing.
  func makeSession() -> Session
}

/// The context of a drafter during one generation.
public protocol DrafterSession {
  /// Bytes of weights that drafting a token reads; nil if unknown.
  var tokenByteCount: Int? { get }

  /// Memory that the session takes, in bytes; nil if unknown, and not checked then.
  var byteCount: Int? { get }

  /// Takes note of bytes that are decided, in order: first the prompt, then what rounds emitted.
  ///
  /// After a time in which nothing was drafted, only the last bytes come, at least 64: those before
  /// them are left out, so the bytes seen do not tell the position (a draft does). Ends the draft
  /// in progress. Does no work that can wait: a drafter that is not asked to draft may lag behind.
  mutating func observe(_ bytes: ArraySlice<UInt8>)

  /// Does the work that `observe` put off, so that the next draft starts at once.
  mutating func catchUp() throws(DecodingError)

  /// Appends one more unit (a token, for a subword drafter) to a draft that follows the observed
  /// bytes.
  ///
  /// - Parameters:
  ///   - draft: what has been drafted since the last `observe`, by this session.
  ///   - sampler: the verifier's sampler; sharing its noise makes the verifier agree more often.
  /// - Returns: false when the drafter has nothing to propose.
  mutating func extend(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool

  /// Appends one more unit for rejection sampling: bytes drawn by `Draft.draw`, each from the
  /// drafter's distribution given all that was drawn before it.
  ///
  /// "All" has choices in it that no byte shows, such as where a token ends: a byte that is drawn
  /// after such a choice is drawn from its distribution given that choice.
  ///
  /// Without an implementation of its own a drafter extends the draft as ever. Bytes that are
  /// appended without a distribution count as certain before they are tested, which is exact for
  /// any drafter, and accepted less often than bytes that are drawn.
  ///
  /// - Parameters:
  ///   - draft: what has been drafted since the last `observe`, by this session.
  ///   - sampler: has the numbers to draw by: `draftUniforms`.
  /// - Returns: false when the drafter has nothing to propose.
  mutating func extendBySampling(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool
}

extension DrafterSession {
  /// Unknown.
  public var tokenByteCount: Int? { nil }

  /// Unknown.
  public var byteCount: Int? { nil }

  /// Extends the draft by bytes that count as certain.
  public mutating func extendBySampling(
    _ draft: inout Draft, sampler: inout ByteSampler
  ) throws(DecodingError) -> Bool {
    try extend(&draft, sampler: &sampler)
  }
}

/// The drafter of a decoder that has none.
public enum NoDrafter: DrafterModel {
  /// Never made.
  public func makeSession() -> Session { switch self {} }

  /// The session of no drafter.
  public enum Session: DrafterSession {
    /// Never called.
    public mutating func observe(_ bytes: ArraySlice<UInt8>) {}

    /// Never called.
    public mutating func catchUp() throws(DecodingError) {}

    /// Never called.
    public mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      switch self {}
    }
  }
}
