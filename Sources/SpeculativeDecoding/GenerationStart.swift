package import DecodingCore

/// Where a generation begins.
package struct GenerationStart<Session: VerifierSession> {
  /// The verifier's state before `prompt`.
  package let session: Session

  /// What is decided and not yet consumed: at least one byte.
  package let prompt: [UInt8]

  /// The output position of the next byte to decide: not 0 where a generation is gone on with.
  package let position: UInt64

  /// The last bytes before `prompt`, which a new drafter has not seen.
  package let context: [UInt8]

  /// A new generation.
  ///
  /// - Parameter startByte: stands for an empty prompt.
  package init(session: Session, prompt: [UInt8], startByte: UInt8) {
    self.session = session
    self.prompt = prompt.isEmpty ? [startByte] : prompt
    position = 0
    context = []
  }
}

extension GenerationStart where Session: RestorableSession {
  /// The continuation of a saved generation.
  ///
  /// - Parameters:
  ///   - state: of a generation by the same verifier.
  ///   - prompt: decided bytes to go on with, after those of the saved generation.
  /// - Throws: `DecodingError.savedState`.
  package init<Verifier: RestorableVerifier>(
    _ state: DecodingState, prompt: [UInt8], verifier: Verifier
  ) throws(DecodingError) where Verifier.Session == Session {
    var session = verifier.makeSession()
    do {
      try state.requireFingerprint(try verifier.fingerprint())
      try session.restore(state.verifierState)
    } catch {
      throw .savedState(error)
    }
    self.session = session
    self.prompt = state.pendingBytes + prompt
    position = state.position
    context = state.contextBytes
  }
}
