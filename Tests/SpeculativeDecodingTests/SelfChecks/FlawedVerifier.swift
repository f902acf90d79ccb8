import DecodingCore

/// A fake verifier that breaks one promise.
struct FlawedVerifier: RestorableVerifier {
  enum Flaw: Equatable {
    /// None is broken.
    case none
    /// In windows of more than 3 bytes the logit of one byte is off by so much.
    case windowLogits(Float)
    /// Windows of more than 3 bytes leave another state.
    case windowState
    /// Long pieces of a prompt leave another state.
    case chunks
    /// A rollback into the middle of a window forgets one byte too many.
    case rollback
    /// A rollback to the beginning of a window does nothing.
    case noRollback
    /// What is restored is not what was saved.
    case restoring
  }

  var base = FakeVerifier()
  var flaw = Flaw.none

  func makeSession() -> Session { Session(base: base.makeSession(), flaw: flaw) }
  func fingerprint() throws(SavedStateError) -> [UInt8] { try base.fingerprint() }

  struct Session: RestorableSession {
    var base: FakeVerifierSession
    let flaw: Flaw
    private var windowCount = 0

    init(base: FakeVerifierSession, flaw: Flaw) {
      self.base = base
      self.flaw = flaw
    }

    var windowLimit: Int { base.windowLimit }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
      try base.consume(bytes)
      if flaw == .chunks, bytes.count > 50 { try base.consume([0]) }
    }

    mutating func verify(_ window: [UInt8]) throws(DecodingError) {
      windowCount = window.count
      try base.verify(window)
    }

    func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
      try base.copyLogits(after: index, into: &logits)
      if case .windowLogits(let difference) = flaw, windowCount > 3 { logits[65] += difference }
    }

    mutating func rollBack(toFirst count: Int) {
      if flaw == .noRollback, count == 0 { return }
      let isInside = count > 0 && count < windowCount
      base.rollBack(toFirst: flaw == .rollback && isInside ? count - 1 : count)
      if flaw == .windowState, count == windowCount, count > 3 { try? base.consume([7]) }
    }

    func savedState() -> [UInt8] { base.savedState() }

    mutating func restore(_ state: [UInt8]) throws(SavedStateError) {
      try base.restore(flaw == .restoring ? state.reversed() : state)
    }
  }
}
