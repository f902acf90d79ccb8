public import DecodingCore
import SpecDecodePlatform

/// A generation to continue, now or by another program, as if nothing had come between.
///
/// A value of fixed size, whatever was generated: a prompt that was read once can begin any number
/// of generations. It belongs to a verifier; the drafter is free, and starts anew from the last
/// bytes of the text.
public struct DecodingState: Sendable, Equatable {
  /// The most bytes of ``contextBytes``.
  package static let contextLimit = 1024
  /// The highest position that is read: far beyond any generation, and far from overflow.
  package static let positionLimit: UInt64 = 1 << 62

  /// How the bytes were drawn, and how they will be when the generation is continued. Another
  /// seed or temperature gives another continuation of the same text.
  public var sampling: SamplingOptions

  /// Whether only bytes are drawn that keep the text valid UTF-8.
  public var keepsValidUTF8: Bool

  /// How many bytes have been generated: the position whose noise the next one is drawn with.
  public let position: UInt64

  /// What is decided and not yet consumed by the verifier, at least one byte: after a prompt that
  /// was read to its end it is one, the last byte of prompt or output.
  public let pendingBytes: [UInt8]

  /// The last bytes before those, for a drafter to start from; they do not change the output.
  public let contextBytes: [UInt8]

  /// The fingerprint of the verifier, 32 bytes.
  package let fingerprint: [UInt8]

  /// As the verifier's session gave it.
  package let verifierState: [UInt8]

  /// Joins the parts.
  package init(
    sampling: SamplingOptions, keepsValidUTF8: Bool = false, position: UInt64,
    pendingBytes: [UInt8], contextBytes: [UInt8],
    fingerprint: [UInt8], verifierState: [UInt8]
  ) {
    self.sampling = sampling
    self.keepsValidUTF8 = keepsValidUTF8
    self.position = position
    self.pendingBytes = pendingBytes
    self.contextBytes = contextBytes
    self.fingerprint = fingerprint
    self.verifierState = verifierState
  }

  /// Throws when the state belongs to another verifier.
  func requireFingerprint(_ expected: [UInt8]) throws(SavedStateError) {
    guard fingerprint == expected else {
      throw .otherModel(found: SHA256.hex(fingerprint), expected: SHA256.hex(expected))
    }
  }
}

extension VerifierContext where Session: RestorableSession {
  /// What the generation has come to, between two rounds or two chunks of its prompt.
  ///
  /// - Parameter fingerprint: of the verifier.
  package func state(fingerprint: [UInt8]) -> DecodingState {
    DecodingState(
      sampling: sampler.options, keepsValidUTF8: output.keepsValidUTF8, position: position,
      pendingBytes: pendingBytes, contextBytes: contextBytes, fingerprint: fingerprint,
      verifierState: session.savedState())
  }
}
