package import DecodingCore

/// Byte by byte decoding: the baseline, and the definition of what speculative decoding must write.
package struct PlainGeneration<V: VerifierSession>: Generation {
  package private(set) var telemetry = DecodingTelemetry()
  package private(set) var timing = DecodingTiming()
  package var promptCount: Int { context.promptCount }

  package private(set) var context: VerifierContext<V>
  /// The byte of the last round; copied only if a caller has kept it.
  private var decided: [UInt8] = []
  private let clock: DecodingClock
  private let options: DecodingOptions

  package init(
    verifier: V, prompt: [UInt8], options: DecodingOptions, clock: DecodingClock = .continuous
  ) {
    self.init(
      start: GenerationStart(session: verifier, prompt: prompt, startByte: options.startByte),
      options: options, clock: clock)
  }

  package init(
    start: GenerationStart<V>, options: DecodingOptions, clock: DecodingClock = .continuous
  ) {
    context = VerifierContext(start, options: options)
    self.options = options
    self.clock = clock
  }

  package mutating func prefill(limit: Int) throws(DecodingError) -> Int {
    let start = clock.now()
    let chunk = context.promptChunk(limit: limit)
    try context.consumePrompt(chunk)
    timing.verifierPrefill += clock.now() - start
    return chunk.count
  }

  package mutating func nextRound() throws(DecodingError) -> DecodedBytes? {
    guard telemetry.emittedBytes < options.maxBytes else { return nil }
    let start = clock.now()
    try context.session.step(context.lastByte)
    let verified = clock.now()
    let byte = try context.decidedByte(after: 0)
    decided.removeAll(keepingCapacity: true)
    decided.append(byte)
    context.advance(past: decided)
    telemetry.recordRound(draftedTokens: 0, draftedBytes: 0, acceptedBytes: 0)
    timing.verify += verified - start
    timing.rest += clock.now() - verified
    return DecodedBytes(bytes: decided, acceptedCount: 0)
  }
}
