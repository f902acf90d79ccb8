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

  /// Memory that sessions which share passes need; nil where it is not known, and not checked.
  var sharingMemory: SharingMemory? { get }
}

extension SharingSession {
  /// Not known.
  public var sharingMemory: SharingMemory? { nil }
}

/// A session that can take over the state of another of the same model.
public protocol BranchingSession: SharingSession {
  /// Becomes what the other session is, or was before a window that is not rolled back yet.
  func copyState(of other: Self)
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
