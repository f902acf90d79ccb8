package import DecodingCore

/// Where a generation begins.
package struct GenerationStart<Session: VerifierSession> {
  /// The verifier's state before `prompt`.
  package let session: Session

  /// What is decided and not yet consumed: at least one byte.
  package let prompt: [UInt8]

  /// The output position of the next byte to decide: not 0 where a generation is continued.
  package let position: UInt64

  /// The last bytes before `prompt`, which a new drafter has not seen.
  package let context: [UInt8]

  /// A new generation.
  ///
  /// - Parameter startByte: takes the place of an empty prompt.
  package init(session: Session, prompt: [UInt8], startByte: UInt8) {
    self.session = session
    self.prompt = prompt.isEmpty ? [startByte] : prompt
    position = 0
    context = []
  }
}

extension GenerationStart where Session: RestorableSession {
  /// The continuation of a saved generation if there is one, or else a new generation.
  ///
  /// - Throws: `DecodingError.savedState`.
  package init<Verifier: RestorableVerifier>(
    after state: DecodingState?, prompt: [UInt8], startByte: UInt8, verifier: Verifier
  ) throws(DecodingError) where Verifier.Session == Session {
    if let state {
      try self.init(state, prompt: prompt, verifier: verifier)
    } else {
      self.init(session: verifier.makeSession(), prompt: prompt, startByte: startByte)
    }
  }

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

/// The end of a stream of bytes: what comes before the last ones is forgotten.
///
/// So is kept what a drafter has not been shown while nothing is drafted. A drafter is any guess,
/// so what it never saw costs acceptance at most; after a long pause, taking in all of it would
/// cost more than the draft is worth, and the memory of it would grow with the output.
struct LastBytes {
  /// The most bytes that are kept.
  private let limit: Int
  private var storage: [UInt8] = []

  /// - Parameter limit: at least 1.
  init(limit: Int) {
    self.limit = limit
    storage.reserveCapacity(3 * limit)
  }

  /// The last bytes, in order.
  var bytes: ArraySlice<UInt8> { storage.suffix(limit) }

  mutating func append(_ more: some Collection<UInt8>) {
    storage += more
    // Half of it at a time, so that a byte is moved once on average.
    if storage.count / 2 >= limit { storage.removeFirst(storage.count - limit) }
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
  }
}
