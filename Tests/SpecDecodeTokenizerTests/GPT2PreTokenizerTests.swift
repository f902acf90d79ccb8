import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct GPT2PreTokenizerTests {
  private func pieces(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var ranges: [Range<Int>] = []
    GPT2PreTokenizer().split(bytes, bytes.indices, into: &ranges)
    return ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test(
    arguments: [
      ("", []),
      ("Hello, world!", ["Hello", ",", " world", "!"]),
      (
        "don't we'll they've you're I'm he'd it's",
        [
          "don", "'t", " we", "'ll", " they", "'ve", " you", "'re", " I", "'m", " he", "'d", " it",
          "'s",
        ]
      ),
      ("DON'T 'x 'r 'l '", ["DON", "'", "T", " '", "x", " '", "r", " '", "l", " '"]),
      ("''s 's", ["''", "s", " '", "s"]),
      ("a1b22 333", ["a", "1", "b", "22", " 333"]),
      ("a  b", ["a", " ", " b"]),
      ("a\n\n b", ["a", "\n\n", " b"]),
      ("a\nb", ["a", "\n", "b"]),
      ("a \u{3000}b", ["a", " ", "\u{3000}", "b"]),
      ("a  ", ["a", "  "]),
      (" ", [" "]),
      ("x\u{A0}\u{2003}y", ["x", "\u{A0}", "\u{2003}", "y"]),
      ("Ⅷ²½٣", ["Ⅷ²½٣"]),
      ("e\u{301}é", ["e", "\u{301}", "é"]),
      ("日本 語🎉", ["日本", " 語", "🎉"]),
    ] as [(String, [String])])
  func `text is cut as by the pattern`(text: String, expected: [String]) {
    #expect(pieces(text) == expected)
  }

  @Test(arguments: 0..<30)
  func `random text is cut as by a regular expression`(seed: Int) throws {
    // The engine's \s is not the property White_Space, so the property is named.
    let space = #"\p{White_Space}"#
    let expression = try NSRegularExpression(
      pattern: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\#(space)\p{L}\p{N}]+"#
        + #"|\#(space)+(?![^\#(space)])|\#(space)+"#)
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<20 {
      let text = Self.randomText(using: &random)
      let units = Array(text.utf16)
      let matches = expression.matches(in: text, range: NSRange(units.indices))
      let expected = matches.map { match in
        String(decoding: units[match.range.lowerBound..<match.range.upperBound], as: UTF16.self)
      }
      #expect(pieces(text) == expected)
    }
  }

  /// Scalars that every version of Unicode in use assigns alike.
  private static let ranges: [ClosedRange<UInt32>] = [
    0x00...0x7F, 0x20...0x20, 0x09...0x0D, 0x27...0x27, 0x64...0x76, 0x30...0x39, 0x80...0xFF,
    0x100...0x17F, 0x300...0x33F, 0x391...0x3A1, 0x410...0x44F, 0x660...0x669, 0x5D0...0x5EA,
    0x1680...0x1680, 0x2000...0x200D, 0x2028...0x202F, 0x205F...0x205F, 0x2160...0x2182,
    0x2460...0x249B, 0x3000...0x3000, 0x3041...0x3096, 0x4E00...0x9FA5, 0xAC00...0xD7A3,
    0xFEFF...0xFEFF, 0xFF10...0xFF19, 0x10330...0x1034A, 0x1D400...0x1D454, 0x1D7CE...0x1D7FF,
    0x1F300...0x1F320, 0x20000...0x2A6D6,
  ]

  private static func randomText(using random: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      let range = ranges.randomElement(using: &random) ?? 0x20...0x20
      guard let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) else { continue }
      for _ in 0..<Int.random(in: 1...3, using: &random) { text.append(scalar) }
    }
    return String(text)
  }
}
