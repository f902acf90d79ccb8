public import DecodingCore

/// The output of a generation and the state that it ended in; has all that the result has.
@dynamicMemberLookup
public struct ResumableResult: Sendable, Equatable {
  /// The output and its summary.
  public let result: DecodingResult

  /// To go on from.
  public let state: DecodingState

  /// What the result has.
  public subscript<Value>(dynamicMember member: KeyPath<DecodingResult, Value>) -> Value {
    result[keyPath: member]
  }
}

extension SpeculativeDecoder where Verifier: RestorableVerifier {
  /// Reads a prompt and gives the state after it, from which any number of generations can begin.
  ///
  /// - Parameters:
  ///   - prompt: as of `decode`.
  ///   - sampling: how generations after the state draw their bytes; may be changed in it.
  public func read(
    _ prompt: some DecodingPrompt, sampling: SamplingOptions? = nil
  ) throws(DecodingError) -> DecodingState {
    try decodeResumably(prompt, maxBytes: 0, sampling: sampling, drafting: .never).state
  }

  /// Generates as `decode` does and gives the state at the end as well.
  ///
  /// Parameters and errors as of `decode`. With no bytes to generate, the prompt is read and no more.
  public func decodeResumably(
    _ prompt: some DecodingPrompt, maxBytes: Int? = nil, sampling: SamplingOptions? = nil,
    drafting: DraftLength? = nil, observer: (DecodingEvent) -> DecodingControl = { _ in .proceed }
  ) throws(DecodingError) -> ResumableResult {
    try resumable(options.with(maxBytes, sampling, drafting), observer) {
      options throws(DecodingError) in try generation(prompt.promptBytes, options)
    }
  }

  /// Goes on from where another generation ended.
  ///
  /// Two generations of *m* and *n* bytes, the second after the state of the first and without a
  /// prompt, write what one of *m* + *n* bytes writes, whatever drafter and draft length each has
  /// (under the rule of acceptance `exact`). Stops are looked for in the bytes of each alone; one
  /// that ended the first is part of its state and is not repeated.
  ///
  /// - Parameters:
  ///   - prompt: as of `decode`, consumed after what the state has; may be empty.
  ///   - state: what to go on from. The bytes are drawn by its options (`sampling`,
  ///     `keepsValidUTF8`), not by those of `options`.
  ///   - maxBytes: as of `decode`, and so for what follows; a generation that the observer stops may
  ///     be continued, too.
  ///   - drafting: how far the drafter runs ahead.
  ///   - observer: told of progress and of bytes as they are decided.
  /// - Throws: `DecodingError`; `.savedState` when the state does not belong to the verifier.
  public func decode(
    _ prompt: some DecodingPrompt = [UInt8](), after state: DecodingState, maxBytes: Int? = nil,
    drafting: DraftLength? = nil, observer: (DecodingEvent) -> DecodingControl = { _ in .proceed }
  ) throws(DecodingError) -> ResumableResult {
    try resumable(options.with(maxBytes, nil, drafting), observer) {
      options throws(DecodingError) in
      try generation(prompt.promptBytes, after: state, options)
    }
  }

  /// Begins a generation after a state, drawn by the state's options.
  package func generation(
    _ prompt: [UInt8], after state: DecodingState, _ options: DecodingOptions,
    clock: DecodingClock = .continuous
  ) throws(DecodingError) -> Generation<Drafter.Session, Verifier.Session> {
    var options = options
    options.sampling = state.sampling
    options.keepsValidUTF8 = state.keepsValidUTF8
    try self.options.validate()
    try options.validate()
    return Generation(
      drafter: drafter?.makeSession(),
      start: try GenerationStart(state, prompt: prompt, verifier: verifier), options: options,
      clock: clock)
  }

  private func resumable(
    _ options: DecodingOptions, _ observer: (DecodingEvent) -> DecodingControl,
    _ begin: (DecodingOptions) throws(DecodingError) -> Generation<
      Drafter.Session, Verifier.Session
    >
  ) throws(DecodingError) -> ResumableResult {
    var generation = try begin(options)
    // Before the bytes: if it fails, nothing is lost.
    let fingerprint: [UInt8]
    do { fingerprint = try verifier.fingerprint() } catch { throw .savedState(error) }
    let result = try generation.run(observer: observer)
    return ResumableResult(
      result: result, state: generation.context.state(fingerprint: fingerprint))
  }
}
