import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct NormalizationTests {
  /// A token for every byte, and NFC.
  private static func tokenizer() throws -> BPETokenizer {
    var sketch = try TokenizerSketch(tokens: (UInt8.min...UInt8.max).map { [$0] }, merges: [])
    sketch.fields["normalizer"] = #"{"type": "NFC"}"#
    return try sketch.tokenizer()
  }

  private static func bytes(_ ids: [Int32]) -> [UInt8] { ids.map { UInt8(truncatingIfNeeded: $0) } }

  @Test(
    arguments: [
      ("e\u{301}", "é"), ("q\u{301}", "q\u{301}"), ("\u{212B}", "Å"), ("\u{1E69}", "\u{1E69}"),
      ("s\u{307}\u{323}", "\u{1E69}"), ("a\u{315}\u{300}", "à\u{315}"),
      ("a\u{307}\u{323}\u{328}", "\u{105}\u{323}\u{307}"),
      // A mark of the same class, or another starter, keeps a mark away.
      ("a\u{338}\u{300}\u{301}", "à\u{338}\u{301}"), ("ab\u{300}\u{301}", "ab\u{300}\u{301}"),
      ("a\u{1D165}\u{300}", "à\u{1D165}"), ("a\u{313}\u{300}", "a\u{313}\u{300}"),
      // Composition exclusions, singletons, and what decomposes to several.
      ("\u{958}", "\u{915}\u{93C}"), ("\u{344}", "\u{308}\u{301}"), ("\u{F900}", "\u{8C48}"),
      ("\u{1D15E}", "\u{1D157}\u{1D165}"), ("\u{9C7}\u{9BE}", "\u{9CB}"),
      // Hangul, modern and not.
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{AC00}\u{11A8}", "\u{AC01}"),
      ("\u{AC00}\u{11A7}", "\u{AC00}\u{11A7}"), ("\u{AC01}\u{11A8}", "\u{AC01}\u{11A8}"),
      ("\u{1113}\u{116B}", "\u{1113}\u{116B}"), ("\u{1105}\u{1176}", "\u{1105}\u{1176}"),
      // Assigned since the reference's Unicode 9.
      ("\u{11935}\u{11930}", "\u{11935}\u{11930}"), ("q\u{8D3}\u{334}", "q\u{8D3}\u{334}"),
    ] as [(String, String)])
  func `text is composed as by the reference`(text: String, expected: String) throws {
    let bytes = Self.bytes(try Self.tokenizer().encodeNormalized(Array(text.utf8)))
    #expect(bytes == Array(expected.utf8))
  }

  /// In quadratic time they would take minutes.
  @Test(.timeLimit(.minutes(1)))
  func `very many marks in disorder are put in order`() throws {
    let count = 50_000
    let text = "q" + String(repeating: "\u{301}\u{316}\u{327}", count: count)
    let bytes = Self.bytes(try Self.tokenizer().encodeNormalized(Array(text.utf8)))
    let ordered = ["\u{327}", "\u{316}", "\u{301}"].map { String(repeating: $0, count: count) }
    #expect(bytes == Array("q".utf8) + Array(ordered.joined().utf8))
  }

  @Test func `bytes that are not of UTF-8 stay, and text around them is composed`() throws {
    let text: [UInt8] = [0x65, 0xCC, 0x81, 0xFF, 0xCC, 0x81, 0x65, 0xCC]
    #expect(
      Self.bytes(try Self.tokenizer().encodeNormalized(text))
        == [0xC3, 0xA9, 0xFF, 0xCC, 0x81, 0x65, 0xCC])
  }

  @Test func `what a drafter encodes is not composed`() throws {
    for text in ["e\u{301}", "\u{212B}", "\u{1100}\u{1161}", "\u{F900}\u{301}"] {
      #expect(Self.bytes(try Self.tokenizer().encode(Array(text.utf8))) == Array(text.utf8))
    }
  }

  @Test func `an added token is found by its normalized text, or exactly by its own`() throws {
    var sketch = TokenizerSketch()
    sketch.fields["normalizer"] = #"{"type": "Sequence", "normalizers": [{"type": "NFC"}]}"#
    sketch.fields["added_tokens"] =
      #"[{"id": 5, "content": "e\u0301"}, {"id": 6, "content": "\u212B", "normalized": false}]"#
    let tokenizer = try sketch.tokenizer()
    #expect(tokenizer.encodeNormalized(Array("ae\u{301}éb\u{212B}Å".utf8)) == [0, 5, 5, 1, 6])
    #expect(tokenizer.encode(Array("ae\u{301}éb\u{212B}Å".utf8)) == [0, 5, 1, 6])
  }
}
