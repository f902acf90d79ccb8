import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct BPETokenizerTests {
  @Test func `the ids of every vector are those of the reference`() throws {
    let tokenizer = try BundledTokenizer.loaded.get()
    let vectors = try BundledTokenizer.vectors()
    #expect(vectors.count == 95)
    for vector in vectors {
      #expect(tokenizer.encode(Array(vector.text.utf8)) == vector.ids, "\(vector.text)")
    }
  }

  @Test func `the bytes of every vector are those of the reference`() throws {
    let tokenizer = try BundledTokenizer.loaded.get()
    for vector in try BundledTokenizer.vectors() {
      #expect(try tokenizer.decode(vector.ids) == Array(vector.decoded.utf8), "\(vector.text)")
    }
  }

  @Test func `every id of the bundled vocabulary has bytes and no other id has`() throws {
    let tokenizer = try BundledTokenizer.loaded.get()
    #expect(tokenizer.vocabularySize == 8_192)
    #expect((0..<8_192).allSatisfy { tokenizer.bytes(of: $0)?.isEmpty == false })
    #expect(tokenizer.bytes(of: -1) == nil)
    #expect(tokenizer.bytes(of: 8_192) == nil)
    #expect(tokenizer.bytes(of: .max) == nil)
  }

  @Test(arguments: 0..<20)
  func `decoding what was encoded gives the same bytes back`(seed: Int) throws {
    let tokenizer = try BundledTokenizer.loaded.get()
    var random = SeededGenerator(seed: UInt64(seed))
    let noise = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
    let scalars = (0..<300).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &random))
    }
    let text = scalars.flatMap { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) }
    var damaged = text
    for _ in 0..<20 {
      damaged[Int.random(in: 0..<damaged.count, using: &random)] =
        UInt8.random(in: 0...255, using: &random)
    }
    for bytes in [noise, text, damaged] {
      #expect(try tokenizer.decode(tokenizer.encode(bytes)) == bytes)
    }
  }

  @Test func `no bytes are no tokens`() throws {
    let tokenizer = try TokenizerSketch().tokenizer()
    #expect(tokenizer.encode([]) == [])
    #expect(try tokenizer.decode([]) == [])
  }

  @Test func `a byte that no token covers is skipped and its neighbours merge`() throws {
    let tokenizer = try TokenizerSketch().tokenizer()
    #expect(tokenizer.encode(Array("xaxbx abx".utf8)) == [3, 4])
    #expect(tokenizer.encode([0xFF, 0x61, 0xC0]) == [0])
    #expect(tokenizer.encode(Array("xyz".utf8)) == [])
  }

  @Test func `merges do not cross a byte that is not of UTF-8`() throws {
    let tokenizer = try TokenizerSketch().tokenizer()
    #expect(tokenizer.encode([0x61, 0xFF, 0x62]) == [0, 1])
  }

  @Test func `an id without a token is a typed error`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "b": 7}"#
    sketch.model["merges"] = "[]"
    let tokenizer = try sketch.tokenizer()
    #expect(tokenizer.vocabularySize == 8)
    #expect(tokenizer.bytes(of: 3) == nil)
    for id: Int32 in [3, 8, -1, .max] {
      #expect(
        throws: TokenizerError.unknownID(path: "sketch.json", id: Int(id), vocabularySize: 8)
      ) {
        try tokenizer.decode([0, id])
      }
    }
  }

  @Test func `a token with a scalar outside of the alphabet stands for its own UTF-8`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "Ġ Ġ": 1, "日": 2, "Ġ": 3, "é": 4}"#
    sketch.model["merges"] = "[]"
    let tokenizer = try sketch.tokenizer()
    #expect(tokenizer.bytes(of: 1) == Array("Ġ Ġ".utf8))
    #expect(tokenizer.bytes(of: 2) == Array("日".utf8))
    #expect(tokenizer.bytes(of: 3) == [0x20])
    #expect(tokenizer.bytes(of: 4) == [0xE9])
  }
}
