/// A verifier whose generations can be saved and continued later.
public protocol RestorableVerifier: VerifierModel where Session: RestorableSession {
  /// 32 bytes that differ between models which might decide other bytes.
  ///
  /// - Throws: `SavedStateError.unreadableModel`.
  func fingerprint() throws(SavedStateError) -> [UInt8]
}

/// A verifier's session whose recurrent state can be taken out and put back.
public protocol RestorableSession: VerifierSession {
  /// The state after what was consumed, as bytes that only a model with the same fingerprint
  /// understands. Not asked for while a window is in progress.
  func savedState() -> [UInt8]

  /// Returns to a state that was saved, bit by bit. The bytes are not trusted.
  ///
  /// - Throws: `SavedStateError` when they are no state of this model.
  mutating func restore(_ state: [UInt8]) throws(SavedStateError)
}
