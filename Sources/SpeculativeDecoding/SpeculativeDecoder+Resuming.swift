public import DecodingCore

/// The output of a generation and the state that it ended in.
public struct ResumableResult: Sendable, Equatable {
  /// The output and its summary.
  public let result: DecodingResult

  /// To go on from.
  public let state: DecodingState
}

extension SpeculativeDecoder where Verifier: RestorableVerifier {
  /// Generates as `decode` does, from nothing or from where another generation ended, and gives
  /// the state at the end.
  ///
  /// Two generations of *m* and *n* bytes, the second after the state of the first and without a
  /// prompt, write what one of *m* + *n* bytes writes, whatever drafter and draft length each has.
  ///
  /// - Parameters:
  ///   - prompt: raw bytes, consumed after what the state has; may then be empty. Without a state
  ///     as of `decode`. With no bytes to generate, the prompt is read and no more.
  ///   - state: what to go on from. The bytes are drawn by its options, not by those of `options`.
  ///   - observer: as of `decode`; the state of a generation that it stops may be gone on with, too.
  /// - Throws: `DecodingError`; `.savedState` when the state does not belong to the verifier.
  public func decodeResumably(
    prompt: [UInt8] = [], after state: DecodingState? = nil,
    observer: (DecodingEvent) -> DecodingControl = { _ in .proceed }
  ) throws(DecodingError) -> ResumableResult {
    var options = options
    if let state { options.sampling = state.sampling }
    try options.validate()
    let start: GenerationStart<Verifier.Session>
    if let state {
      start = try GenerationStart(state, prompt: prompt, verifier: verifier)
    } else {
      start = GenerationStart(
        session: verifier.makeSession(), prompt: prompt, startByte: options.startByte)
    }
    var generation = SpeculativeGeneration(
      drafter: drafter.makeSession(), start: start, options: options)
    let result = try generation.run(observer: observer)
    do {
      let fingerprint = try verifier.fingerprint()
      return ResumableResult(
        result: result, state: generation.context.state(fingerprint: fingerprint))
    } catch {
      throw .savedState(error)
    }
  }
}
