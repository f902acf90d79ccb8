/// A verifier's session that can share a pass over the weights with others of the same model.
///
/// What a session computes in company is, bit by bit, what it computes alone.
public protocol SharingSession: VerifierSession, AnyObject {
  /// Does for each session what `verify`, or `step`, would do, in one pass.
  ///
  /// Before any of the sessions takes part in another pass, all have been rolled back that should be.
  ///
  /// - Parameter windows: at least one, of different sessions of one model.
  /// - Throws: `DecodingError`.
  static func run(_ windows: [SharedWindow<Self>]) throws(DecodingError)
}

/// One session's part of a shared pass.
public struct SharedWindow<Session> {
  /// What consumes the bytes.
  public let session: Session

  /// 1 to `windowLimit` bytes.
  public let bytes: [UInt8]

  /// Whether the bytes, of which there is one, are consumed for good, as by `step`.
  public let isStep: Bool

  /// A window of bytes that may be rolled back, or a step.
  public init(_ session: Session, _ bytes: [UInt8], isStep: Bool) {
    self.session = session
    self.bytes = bytes
    self.isStep = isStep
  }
}
