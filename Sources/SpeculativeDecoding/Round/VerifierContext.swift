package import DecodingCore

/// The verifier's side of a generation, with or without a drafter: a session that has consumed
/// prompt and output except the last byte, which is decided already.
package struct VerifierContext<Session: VerifierSession> {
  /// The verifier's recurrent state.
  package var session: Session

  /// Draws each byte.
  package var sampler: ByteSampler

  /// Decided, not yet consumed.
  package private(set) var lastByte: UInt8

  /// The output position of the next byte to decide.
  package private(set) var position: UInt64

  /// What the decided bytes mean for the output.
  package private(set) var output: DecidedOutput

  /// Of the bytes that have been decided since the last `advance`, if they are recorded.
  package private(set) var logProbabilities: [ByteLogProbability] = []

  private let recordsLogProbabilities: Bool
  private let prompt: [UInt8]
  private var consumedCount = 0
  /// Whether the session has the state after the prompt already, copied from another.
  private var isPromptRead = false
  /// Whether the byte that `step` consumed may be rolled back.
  private var isTentative = false
  /// Of what has been consumed.
  private var consumed = LastBytes(limit: DecodingState.contextLimit)
  private var logits = [Float](repeating: 0, count: 256)

  package init(_ start: GenerationStart<Session>, options: DecodingOptions) {
    session = start.session
    prompt = start.prompt
    position = start.position
    consumed.append(start.context)
    sampler = ByteSampler(options: options.sampling)
    output = DecidedOutput(options: options, prompt: start.context + start.prompt)
    recordsLogProbabilities = options.recordsLogProbabilities
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

  /// Consumes the next bytes of the prompt, at most `limit`, and returns them: none when all have
  /// been consumed except the last, which the first round consumes.
  package mutating func prefill(limit: Int) throws(DecodingError) -> ArraySlice<UInt8> {
    let chunk = prompt[consumedCount..<min(consumedCount + limit, prompt.count - 1)]
    if chunk.isEmpty { return chunk }
    if !isPromptRead { try session.consume(chunk) }
    consumedCount += chunk.count
    consumed.append(chunk)
    return chunk
  }

  /// Takes the state after the prompt from another generation that has read the same from the start
  /// and gone no further; what `prefill` then returns has not to be computed.
  package mutating func copyPrefill(of other: VerifierContext) where Session: SharingSession {
    guard prompt.count > 1, position == 0, other.position == 0, consumedCount == 0,
      consumed.bytes.isEmpty,
      other.consumedCount == prompt.count - 1, prompt == other.prompt,
      let branching = session as? any BranchingSession
    else { return }
    isPromptRead = Self.copyState(of: other.session, to: branching)
  }

  private static func copyState<S: BranchingSession>(of other: Session, to session: S) -> Bool {
    guard let other = other as? S else { return false }
    session.copyState(of: other)
    return true
  }

  /// The byte that follows entry `index` of the last window, and whether it is the drafted one. Called
  /// once for each entry, in order, and only while the output goes on.
  ///
  /// - Parameter tested: the byte of the draft there; nil past the last in the window.
  package mutating func decide(
    _ tested: Int?, of draft: Draft, after index: Int, by rule: inout some AcceptanceRule
  ) throws(DecodingError) -> AcceptanceDecision {
    try session.copyLogits(after: index, into: &logits)
    sampler.allowed = output.allowed
    let decision = rule.decide(
      tested, of: draft, from: logits, at: position + UInt64(index), sampler: &sampler)
    settle(decision.byte)
    return decision
  }

  /// Takes note of a byte that was decided on `logits`.
  private mutating func settle(_ byte: UInt8) {
    if recordsLogProbabilities {
      logProbabilities.append(
        ByteLogProbability(
          sampled: sampler.distribution(from: logits).logProbability(of: byte),
          raw: LogSoftmax.value(of: byte, in: logits)))
    }
    output.append(byte)
  }

  /// Consumes the last byte alone: for good, unless the byte decided on it may be taken back.
  package mutating func step() throws(DecodingError) {
    if beginStep() {
      try session.step(lastByte)
    } else {
      try session.verify([lastByte])
    }
  }

  /// Whether the last byte, consumed alone, is consumed for good.
  package mutating func beginStep() -> Bool {
    isTentative = output.mayTakeBack
    return !isTentative
  }

  /// Forgets the bytes of the last window that are not accepted.
  ///
  /// - Parameters:
  ///   - count: bytes of the window; 1 after `step`.
  ///   - decidedCount: how many bytes were decided on it.
  package mutating func rollBack(window count: Int, decided decidedCount: Int) {
    guard count > 1 || isTentative else { return }
    isTentative = false
    session.rollBack(toFirst: decidedCount - output.takenBackCount)
  }

  /// Moves past bytes that have been decided, except those that are taken back.
  package mutating func advance(past decided: [UInt8]) {
    logProbabilities.removeAll(keepingCapacity: true)
    let kept = decided.dropLast(output.takenBackCount)
    guard let last = kept.last else { return }
    consumed.append(CollectionOfOne(lastByte))
    consumed.append(kept.dropLast())
    position += UInt64(kept.count)
    lastByte = last
  }
}
