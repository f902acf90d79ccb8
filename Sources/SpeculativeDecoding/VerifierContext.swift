package import DecodingCore

/// The verifier's side of a generation, with or without a drafter: a session that has consumed
/// prompt and output but for the last byte, which is decided already.
package struct VerifierContext<Session: VerifierSession> {
  /// The verifier's recurrent state.
  package var session: Session

  /// Draws each byte.
  package var sampler: ByteSampler

  /// Decided, not yet consumed.
  package private(set) var lastByte: UInt8

  /// The output position of the next byte to decide.
  package private(set) var position: UInt64

  private let prompt: [UInt8]
  private var consumedCount = 0
  /// Of what has been consumed.
  private var consumed = LastBytes(limit: DecodingState.contextLimit)
  private var logits = [Float](repeating: 0, count: 256)

  package init(_ start: GenerationStart<Session>, options: DecodingOptions) {
    session = start.session
    prompt = start.prompt
    position = start.position
    consumed.append(start.context)
    sampler = ByteSampler(options: options.sampling)
    lastByte = prompt[prompt.count - 1]
  }

  /// What is decided and not yet consumed.
  package var pendingBytes: [UInt8] {
    consumedCount < prompt.count - 1 ? Array(prompt[consumedCount...]) : [lastByte]
  }

  /// The last bytes that have been consumed.
  package var contextBytes: [UInt8] { Array(consumed.bytes) }

  /// Bytes of the prompt, the start byte of an empty one included.
  package var promptCount: Int { prompt.count }

  /// The next bytes of the prompt to consume, at most `limit`; empty when all but the last byte,
  /// which the first round consumes, has been consumed.
  package func promptChunk(limit: Int) -> ArraySlice<UInt8> {
    prompt[consumedCount..<min(consumedCount + limit, prompt.count - 1)]
  }

  /// Consumes what `promptChunk` gave.
  package mutating func consumePrompt(_ chunk: ArraySlice<UInt8>) throws(DecodingError) {
    try session.consume(chunk)
    consumedCount += chunk.count
    consumed.append(chunk)
  }

  /// The byte that follows entry `index` of the last window.
  package mutating func decidedByte(after index: Int) throws(DecodingError) -> UInt8 {
    try session.copyLogits(after: index, into: &logits)
    return sampler.byte(from: logits, at: position + UInt64(index))
  }

  /// The byte that follows entry `index` of the last window, and whether a drafted one stands.
  ///
  /// - Parameter tested: the byte of the draft there; nil past the last in the window.
  package mutating func decide(
    _ tested: Int?, of draft: Draft, after index: Int, by rule: inout any AcceptanceRule
  ) throws(DecodingError) -> AcceptanceDecision {
    try session.copyLogits(after: index, into: &logits)
    return rule.decide(
      tested, of: draft, from: logits, at: position + UInt64(index), sampler: &sampler)
  }

  /// Moves past bytes that have been decided, at least one.
  package mutating func advance(past decided: [UInt8]) {
    consumed.append(CollectionOfOne(lastByte))
    consumed.append(decided.dropLast())
    position += UInt64(decided.count)
    lastByte = decided[decided.count - 1]
  }
}
