import SpeculativeDecoding

/// Bytes of a model as text that can be looked at: what has no shape, or would change the text
/// around it, is shown by a sign or a number.
package enum VisibleText {
  /// A scalar as it is, or what stands for it.
  ///
  /// Newline and tab stay. Other controls become their pictures (U+2400 on); marks of direction
  /// and other invisible format characters, and what is no character, their number.
  package static func of(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x0A, 0x09, 0x20...0x7E: return "\(scalar)"
    case 0x00...0x1F: return Unicode.Scalar(0x2400 + scalar.value).map { "\($0)" } ?? ""
    case 0x7F: return "\u{2421}"
    default:
      return isInvisible(scalar) ? "⟨U+\(hexadecimal(scalar.value, digits: 4))⟩" : "\(scalar)"
    }
  }

  /// A text whose scalars are all visible; its lines stay.
  package static func of(_ text: String) -> String {
    text.unicodeScalars.map { of($0) }.joined()
  }

  /// The same on one line, for a name that comes from anywhere.
  package static func name(_ text: String) -> String { line(of(text)) }

  /// Bytes as text on one line.
  package static func name(_ bytes: [UInt8]) -> String { line(of(bytes)) }

  private static func line(_ text: String) -> String {
    text.replacing("\n", with: "\u{240A}").replacing("\t", with: "\u{2409}")
  }

  /// Bytes as text; those that are no well-formed UTF-8 as their numbers: ⟨9F⟩.
  package static func of(_ bytes: [UInt8]) -> String {
    var segmenter = ScalarSegmenter()
    var pieces = bytes.flatMap { segmenter.append($0, .verifier) }
    if let last = segmenter.finish() { pieces.append(last) }
    return pieces.map { text(of: $0.bytes) }.joined()
  }

  private static func text(of piece: [UInt8]) -> String {
    let text = String(decoding: piece, as: UTF8.self)
    guard text.utf8.elementsEqual(piece) else {
      return piece.map { "⟨\(hexadecimal(UInt32($0), digits: 2))⟩" }.joined()
    }
    return text.unicodeScalars.map(of).joined()
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      true
    default: false
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
