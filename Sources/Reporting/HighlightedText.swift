package import SpeculativeDecoding

/// The output with the accepted bytes in colour.
///
/// Escape sequences stand between scalars only; the bytes themselves are unchanged. A scalar of
/// which one byte is the verifier's own is not coloured.
package struct HighlightedText: Sendable, Equatable {
  /// Switches the colour of accepted bytes on: green.
  package static let colour = Array("\u{1B}[32m".utf8)

  /// Switches the colour off.
  package static let plain = Array("\u{1B}[0m".utf8)

  private var segmenter = ScalarSegmenter()

  /// A text that is empty so far.
  package init() {}

  /// What to write for the bytes of a round; a scalar that is not complete is held back. Ends with
  /// the colour switched off.
  package mutating func append(_ decoded: DecodedBytes) -> [UInt8] {
    var pieces: [ScalarSegmenter.Piece] = []
    for (index, byte) in decoded.bytes.enumerated() {
      pieces += segmenter.append(byte, isAccepted: index < decoded.acceptedCount)
    }
    return Self.coloured(pieces)
  }

  /// What to write at the end: the bytes of a scalar that was never completed.
  package mutating func finish() -> [UInt8] {
    Self.coloured(segmenter.finish().map { [$0] } ?? [])
  }

  private static func coloured(_ pieces: [ScalarSegmenter.Piece]) -> [UInt8] {
    var bytes: [UInt8] = []
    var isColoured = false
    for piece in pieces {
      if piece.isAccepted != isColoured {
        bytes += piece.isAccepted ? colour : plain
        isColoured = piece.isAccepted
      }
      bytes += piece.bytes
    }
    return isColoured ? bytes + plain : bytes
  }
}
