import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct PreTokenizerTests {
  typealias Vectors = ReferenceVectors.PreTokenizers

  @Test(arguments: try Vectors.loaded.get().cases)
  func `the ids are those of the reference`(test: Vectors.Case) throws {
    let vectors = try Vectors.loaded.get()
    let tokenizer = try vectors.tokenizer(test)
    #expect(test.ids.count == vectors.texts.count)
    for (text, ids) in zip(vectors.texts, test.ids) {
      #expect(tokenizer.encodeNormalized(Array(text.utf8)) == ids, "\(text.debugDescription)")
    }
  }

  @Test(arguments: try Vectors.loaded.get().cases)
  func `exact tokens stand for every byte, of text and of noise`(test: Vectors.Case) throws {
    let vectors = try Vectors.loaded.get()
    let tokenizer = try vectors.tokenizer(test)
    var random = SeededGenerator(seed: 3)
    for text in vectors.texts {
      var bytes = Array(text.utf8)
      #expect(try tokenizer.decode(tokenizer.encode(bytes)) == bytes)
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      #expect(try tokenizer.decode(tokenizer.encode(bytes)) == bytes)
    }
  }

  private func pieces(_ text: String, digitLimit: Int = 3) -> [String] {
    let bytes = Array(text.utf8)
    var ranges: [Range<Int>] = []
    CL100KPreTokenizer(digitLimit: digitLimit).split(bytes, bytes.indices, into: &ranges)
    return ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test(
    arguments: [
      ("", []),
      ("Hello, world!\n\nYes", ["Hello", ",", " world", "!\n\n", "Yes"]),
      ("DON'T we'LL I'ſx 'S", ["DON", "'T", " we", "'LL", " I", "'ſ", "x", " '", "S"]),
      ("'tis 'word", ["'t", "is", " '", "word"]),
      ("\tword\u{3000}日本", ["\tword", "\u{3000}日本"]),
      ("a  b", ["a", " ", " b"]),
      ("a \r\n\n  b", ["a", " \r\n\n", " ", " b"]),
      ("a\n b \n", ["a", "\n", " b", " \n"]),
      ("1234567 89", ["123", "456", "7", " ", "89"]),
      (" !? .\n", [" !?", " .\n"]),
      ("x ", ["x", " "]),
      ("e\u{301}a", ["e", "\u{301}a"]),
    ] as [(String, [String])])
  func `text is cut as by the pattern of cl100k`(text: String, expected: [String]) {
    #expect(pieces(text) == expected)
  }

  @Test func `Qwen 2 has one digit a piece`() {
    #expect(pieces("12 3", digitLimit: 1) == ["1", "2", " ", "3"])
  }

  @Test func `a scalar newer than the reference's Unicode is neither letter nor number`() {
    // U+088F is a letter and U+11DE1 a digit since Unicode 17.
    #expect(pieces("a\u{88F}b\u{11DE1}1") == ["a", "\u{88F}b", "\u{11DE1}", "1"])
  }

  @Test(arguments: [1, 3, 1000])
  func `a window's border moves no match of an expression`(period: Int) throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "b": 1, "aa": 2}"#
    sketch.model["merges"] = #"["a a"]"#
    sketch.fields["pre_tokenizer"] =
      #"{"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated","#
      + #" "pattern": {"Regex": "b[ab]{\#(period)}"}},"#
      + #" {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}"#
    let tokenizer = try sketch.tokenizer()
    let unit = [UInt8(ascii: "b")] + Array(repeating: UInt8(ascii: "a"), count: period)
    let text = Array(repeatElement(unit, count: 150_000 / unit.count + 1).joined())
    let ids = tokenizer.encode(unit)
    #expect(
      tokenizer.encode(text) == Array(repeatElement(ids, count: 150_000 / unit.count + 1).joined()))
  }

  /// An expression that matches one byte where a window begins would have one for each byte.
  @Test(.timeLimit(.minutes(1)))
  func `every window of an expression goes on by half of one`() throws {
    var sketch = TokenizerSketch()
    sketch.fields["pre_tokenizer"] =
      #"{"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated","#
      + #" "pattern": {"Regex": "^a|a+"}},"#
      + #" {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}"#
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 200_000)
    let tokenizer = try sketch.tokenizer()
    #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
  }
}
