package import SpeculativeDecoding

/// The output with marks that show where its bytes come from.
///
/// Marks stand between scalars only, and without them the bytes are unchanged. A scalar whose bytes
/// come from several sides has the style of the one that says least for the draft.
package struct HighlightedText: Sendable, Equatable {
  private let marking: TextMarking
  private var segmenter = ScalarSegmenter()

  /// A text that is empty so far.
  package init(_ marking: TextMarking) {
    self.marking = marking
  }

  /// What to write for the bytes of a round; a scalar that is not complete is held back. Ends in
  /// plain style.
  package mutating func append(_ decoded: DecodedBytes) -> [UInt8] {
    let accepted = pieces(of: decoded, in: 0..<decoded.acceptedCount)
    let rejected = marked(segmenter.pendingBytes, then: decoded.rejected)
    let others = pieces(of: decoded, in: decoded.acceptedCount..<decoded.bytes.count)
    return rejected.isEmpty
      ? styled(accepted + others) : styled(accepted) + rejected + styled(others)
  }

  /// What to write at the end: the bytes of a scalar that was never completed.
  package mutating func finish() -> [UInt8] {
    styled(segmenter.finish().map { [$0] } ?? [])
  }

  private mutating func pieces(
    of decoded: DecodedBytes, in range: Range<Int>
  ) -> [ScalarSegmenter.Piece] {
    range.flatMap { segmenter.append(decoded.bytes[$0], decoded.provenance(at: $0)) }
  }

  private func styled(_ pieces: [ScalarSegmenter.Piece]) -> [UInt8] {
    let isColoured = marking.highlights && marking.hasColours
    var bytes: [UInt8] = []
    var style: [UInt8] = []
    for piece in pieces {
      let next = isColoured ? TextMarking.style(of: piece.provenance) : []
      if next != style {
        if !style.isEmpty { bytes += TextMarking.plain }
        bytes += next
        style = next
      }
      bytes += piece.bytes
    }
    return style.isEmpty ? bytes : bytes + TextMarking.plain
  }

  /// Rejected bytes as text in its style.
  ///
  /// - Parameter beginning: of a scalar that the first of them would have gone on with.
  private func marked(_ beginning: [UInt8], then rejected: ArraySlice<UInt8>) -> [UInt8] {
    guard marking.showsRejected, !rejected.isEmpty else { return [] }
    let text = Array(Self.visible(beginning + rejected).utf8)
    return marking.hasColours
      ? TextMarking.rejectedStyle + text + TextMarking.plain
      : Array("[-".utf8) + text + Array("-]".utf8)
  }

  /// Text that stays on its line and moves no cursor.
  private static func visible(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
      switch scalar {
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case _ where scalar.properties.generalCategory == .control:
        "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
  }
}
