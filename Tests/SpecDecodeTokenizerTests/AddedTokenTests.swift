import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct AddedTokenTests {
  private func tokenizer(_ added: String...) throws -> BPETokenizer {
    var sketch = TokenizerSketch()
    sketch.fields["added_tokens"] = "[\(added.joined(separator: ", "))]"
    return try sketch.tokenizer()
  }

  @Test func `the leftmost match wins and of those the longest`() throws {
    let tokenizer = try tokenizer(
      #"{"id": 5, "content": "<x>"}"#, #"{"id": 6, "content": "<x>a"}"#,
      #"{"id": 7, "content": "a<x>ab"}"#)
    #expect(tokenizer.encode(Array("b<x>ab".utf8)) == [1, 6, 1])
    #expect(tokenizer.encode(Array("a<x>ab<x>".utf8)) == [7, 5])
    #expect(tokenizer.encode(Array("a<x>a<x".utf8)) == [0, 6])
  }

  @Test func `tokens of raw text are found before those of normalized text`() throws {
    let tokenizer = try tokenizer(
      #"{"id": 5, "content": "aa", "normalized": true}"#,
      #"{"id": 6, "content": "ac", "normalized": false, "special": true}"#)
    #expect(tokenizer.encode(Array("aac".utf8)) == [0, 6])
    #expect(tokenizer.encode(Array("aaac".utf8)) == [5, 6])
  }

  @Test func `an added token ends the text before it`() throws {
    let tokenizer = try tokenizer(#"{"id": 5, "content": "  "}"#, #"{"id": 6, "content": "<x>"}"#)
    #expect(tokenizer.encode(Array("a   ab <x> ab".utf8)) == [0, 5, 4, 2, 6, 4])
    #expect(tokenizer.bytes(of: 5) == [0x20, 0x20])
    #expect(try tokenizer.decode([5, 6]) == Array("  <x>".utf8))
  }

  @Test func `an added token is found between bytes that are not of UTF-8`() throws {
    let tokenizer = try tokenizer(#"{"id": 5, "content": "é"}"#)
    #expect(tokenizer.encode([0xC3, 0xC3, 0xA9, 0xA9, 0x61]) == [5, 0])
    #expect(tokenizer.bytes(of: 5) == [0xC3, 0xA9])
  }

  @Test func `an added token may repeat a token of the model and itself`() throws {
    let tokenizer = try tokenizer(
      #"{"id": 3, "content": "ab"}"#, #"{"id": 3, "content": "ab"}"#,
      #"{"id": 9, "content": ""}"#)
    #expect(tokenizer.vocabularySize == 5)
    #expect(tokenizer.encode(Array(" ab".utf8)) == [2, 3])
  }

  @Test(arguments: [
    (#"{"id": 5, "content": "ab"}"#, 5, "its id 3"),
    (#"{"id": 3, "content": "<x>"}"#, 3, #""ab""#),
  ])
  func `an added token that disagrees with the model is a typed error`(
    entry: String, id: Int, other: String
  ) {
    #expect(
      throws: TokenizerError.conflict(
        path: "sketch.json", field: "added_tokens[0]", id: id, other: other)
    ) {
      try tokenizer(entry)
    }
  }

  @Test func `two added tokens with one id are a typed error`() {
    #expect(
      throws: TokenizerError.conflict(
        path: "sketch.json", field: "added_tokens[1]", id: 5, other: #""<x>""#)
    ) {
      try tokenizer(#"{"id": 5, "content": "<x>"}"#, #"{"id": 5, "content": "<y>"}"#)
    }
  }

  @Test func `an added token may have 1,024 bytes and no more`() throws {
    let longest = String(repeating: "x", count: 1024)
    let tokenizer = try tokenizer(#"{"id": 5, "content": "\#(longest)"}"#)
    #expect(tokenizer.encode(Array(longest.utf8)) == [5])
    #expect(
      throws: TokenizerError.tokenTooLong(
        path: "sketch.json", field: "added_tokens[0]", size: 1025, limit: 1024)
    ) {
      try self.tokenizer(#"{"id": 5, "content": "\#(longest)x"}"#)
    }
  }

  @Test(arguments: ["lstrip", "rstrip", "single_word"])
  func `an option that moves the borders of a match is a typed error`(option: String) {
    #expect(
      throws: TokenizerError.unsupported(
        path: "sketch.json", field: "added_tokens[0].\(option)", value: "true", supported: "false")
    ) {
      try tokenizer(#"{"id": 5, "content": "<x>", "\#(option)": true}"#)
    }
  }
}
