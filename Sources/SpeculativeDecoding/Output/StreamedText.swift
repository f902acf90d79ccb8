import SpecDecodePlatform

/// Bytes that arrive piece by piece, as text: no scalar is cut in two, and what is not UTF-8 is
/// replaced by U+FFFD.
///
/// The pieces together are `String(decoding: bytes, as: UTF8.self)` of all the bytes, wherever they
/// were divided. Only the view is changed: the bytes themselves are the output.
///
///     var text = StreamedText()
///     for try await round in decoder.rounds(prompt) {
///       print(text.append(round.bytes), terminator: "")
///     }
///     print(text.finish())
public struct StreamedText: Sendable, Equatable {
  private var segmenter = ScalarSegmenter()

  /// A text that is empty so far.
  public init() {}

  /// The text that some more bytes complete; at most 3 bytes are held back for those to come.
  ///
  /// - Complexity: O(*n*) in the number of bytes.
  public mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    var complete: [UInt8] = []
    for byte in bytes {
      for piece in segmenter.append(byte, .verifier) { complete += piece.bytes }
    }
    return String(decoding: complete, as: UTF8.self)
  }

  /// The text of bytes that were held back, at the end; the view may then begin another text.
  public mutating func finish() -> String {
    String(decoding: segmenter.finish()?.bytes ?? [], as: UTF8.self)
  }
}

/// Divides a stream of bytes into Unicode scalars without changing a byte.
///
/// A piece is one well-formed UTF-8 scalar, or bytes that cannot be part of one, so that an escape
/// sequence may come between any two pieces.
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
