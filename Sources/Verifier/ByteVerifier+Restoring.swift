public import DecodingCore
import Mamba

extension ByteVerifier: RestorableVerifier {
  /// A digest of everything that decides the model's logits.
  ///
  /// - Complexity: the first time all of the weights' files are read; they are kept open for it.
  public func fingerprint() throws(SavedStateError) -> [UInt8] {
    try lazyFingerprint.bytes()
  }
}

extension ByteVerifierSession: RestorableSession {
  /// The state after what was consumed, as bytes.
  public func savedState() -> [UInt8] {
    session.snapshot.bytes
  }

  /// Returns to a state that was saved.
  ///
  /// - Throws: `SavedStateError.invalidField` or `.notFinite`; the session is as it was then.
  public mutating func restore(_ state: [UInt8]) throws(SavedStateError) {
    do {
      session.restore(try MambaState(session.model.configuration, bytes: state))
    } catch {
      switch error {
      case .byteCount(let found, let expected):
        throw .invalidField(
          name: "verifier state", value: "\(found) bytes long", expected: "\(expected) long")
      case .notFinite(let index):
        throw .notFinite(index: index)
      }
    }
  }
}
