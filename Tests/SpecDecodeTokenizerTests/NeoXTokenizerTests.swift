import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

/// GPT-NeoX's tokenizer: NFC, runs of spaces as added tokens, bytes and ids without a token.
@Suite struct NeoXTokenizerTests {
  @Test func `every vector is that of the reference`() throws {
    let tokenizer = try ReferenceVectors.neox.get()
    let vectors = try ReferenceVectors.neoxVectors()
    #expect(vectors.count == 95)
    for vector in vectors {
      #expect(tokenizer.encodeNormalized(Array(vector.text.utf8)) == vector.ids, "\(vector.text)")
      #expect(try tokenizer.decode(vector.ids) == Array(vector.decoded.utf8), "\(vector.text)")
    }
  }

  @Test func `every vector of the whole vocabulary is that of the reference`() throws {
    let tokenizer = try ReferenceVectors.wholeNeox.get()
    let vectors = try ReferenceVectors.wholeNeoxVectors()
    #expect(!vectors.isEmpty)
    for vector in vectors {
      #expect(tokenizer.encodeNormalized(Array(vector.text.utf8)) == vector.ids, "\(vector.text)")
      #expect(try tokenizer.decode(vector.ids) == Array(vector.decoded.utf8), "\(vector.text)")
    }
    #expect(tokenizer.vocabularySize == 50_277)
    // The ids up to a model's 50,280 rows are padding.
    for id in 50_277..<50_280 { #expect(tokenizer.bytes(of: id) == nil) }
  }

  @Test func `an id after the last token is none`() throws {
    let tokenizer = try ReferenceVectors.neox.get()
    let size = tokenizer.vocabularySize
    #expect(tokenizer.bytes(of: size - 1) == [0x20, 0x20])
    #expect(tokenizer.bytes(of: size) == nil)
    #expect(throws: TokenizerError.self) { try tokenizer.decode([Int32(size)]) }
  }

  @Test(arguments: 0..<20)
  func `unchanged tokens stand for the bytes that have a token, text or not`(seed: UInt64) throws {
    let tokenizer = try ReferenceVectors.neox.get()
    let covered = Set((UInt8.min...UInt8.max).filter { !tokenizer.encode([$0]).isEmpty })
    #expect(covered.count < 256)
    var random = SeededGenerator(seed: seed)
    let pieces =
      [
        "e\u{301}", "é", "\u{212B}", "   ", "  ", "                          ", "<|endoftext|>",
        "Ġ",
      ]
      .map { Array($0.utf8) } + [[0xFF], [0xE2, 0x80], [0xCC], [0xC0], [0xF5, 0x80]]
    for _ in 0..<30 {
      let text = (0..<Int.random(in: 1...12, using: &random)).flatMap { _ in
        pieces.randomElement(using: &random) ?? []
      }
      let expected = text.filter(covered.contains)
      #expect(try tokenizer.decode(tokenizer.encode(text)) == expected)
    }
  }

  @Test func `an added token whose letters stand for other bytes is left alone`() throws {
    var sketch = TokenizerSketch()
    sketch.fields["added_tokens"] = #"[{"id": 2, "content": "Ġ"}]"#
    let tokenizer = try sketch.tokenizer()
    let text = Array("aĠb".utf8)
    // The reference takes the letter for the token, which stands for a space.
    #expect(tokenizer.encodeNormalized(text) == [0, 2, 1])
    // Its own bytes have no token here.
    #expect(tokenizer.encode(text) == [3])
  }
}
