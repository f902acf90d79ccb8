import SpecDecodePlatform

/// Divides a stream of bytes into Unicode scalars without changing a byte.
///
/// A piece is one well-formed UTF-8 scalar, or bytes that cannot be part of one, so that an escape
/// sequence may stand between any two pieces.
package struct ScalarSegmenter: Sendable, Equatable {
  /// Bytes that belong together.
  package struct Piece: Sendable, Equatable {
    /// One scalar, or bytes that cannot be part of one.
    package var bytes: [UInt8]
    /// Where they come from; of several, the one that says least for the draft.
    package var provenance: ByteProvenance

    /// Joins bytes and their provenance.
    package init(bytes: [UInt8], provenance: ByteProvenance) {
      self.bytes = bytes
      self.provenance = provenance
    }
  }

  private var pending: Piece?

  /// The beginning of a scalar that is not complete.
  package var pendingBytes: [UInt8] { pending?.bytes ?? [] }

  /// A segmenter that has seen nothing.
  package init() {}

  /// Takes one byte; returns the pieces that it completed, at most two.
  package mutating func append(_ byte: UInt8, _ provenance: ByteProvenance) -> [Piece] {
    guard var piece = pending else { return start(with: byte, provenance) }
    guard Self.canFollow(piece.bytes, byte) else {
      pending = nil
      return [piece] + start(with: byte, provenance)
    }
    piece.bytes.append(byte)
    piece.provenance = max(piece.provenance, provenance)
    let isComplete = piece.bytes.count == Self.length(lead: piece.bytes[0])
    pending = isComplete ? nil : piece
    return isComplete ? [piece] : []
  }

  /// Gives up on the scalar in progress and returns its bytes, if there are any.
  package mutating func finish() -> Piece? {
    defer { pending = nil }
    return pending
  }

  private mutating func start(with byte: UInt8, _ provenance: ByteProvenance) -> [Piece] {
    let piece = Piece(bytes: [byte], provenance: provenance)
    guard Self.length(lead: byte) > 1 else { return [piece] }
    pending = piece
    return []
  }

  /// Bytes of the scalar that begins so; 1 also for a byte that begins none.
  private static func length(lead: UInt8) -> Int { UTF8Sequence(first: lead)?.length ?? 1 }

  private static func canFollow(_ bytes: [UInt8], _ byte: UInt8) -> Bool {
    let second = bytes.count == 1 ? UTF8Sequence(first: bytes[0])?.second : nil
    return (second ?? UTF8Sequence.continuation).contains(byte)
  }
}
