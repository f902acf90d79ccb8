import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct TokenizerOptionTests {
  @Test func `merges as lines are the merges as pairs`() throws {
    var sketch = TokenizerSketch()
    let pairs = try sketch.tokenizer()
    sketch.model["merges"] = ##"["#version: 0.2", "a b", "Ġ ab"]"##
    let lines = try sketch.tokenizer()
    let text = Array("ab abab a b ba  ab".utf8)
    #expect(lines.encode(text) == [3, 4, 3, 2, 0, 2, 1, 2, 1, 0, 2, 4])
    #expect(pairs.encode(text) == lines.encode(text))
  }

  @Test func `a merge that is listed twice has its last rank`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4}"#
    sketch.model["merges"] = #"["a b", "b c", "a b"]"#
    #expect(try sketch.tokenizer().encode(Array("abc".utf8)) == [0, 4])
  }

  @Test func `without the pattern the whole text is one piece`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "Ġ": 1, "aĠ": 2}"#
    sketch.model["merges"] = #"["a Ġ"]"#
    #expect(try sketch.tokenizer().encode(Array("a a".utf8)) == [0, 1, 0])
    sketch.fields["pre_tokenizer"] =
      #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}"#
    #expect(try sketch.tokenizer().encode(Array("a a".utf8)) == [2, 0])
  }

  @Test func `ignore_merges takes a piece that is a token whole`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "Ġabb": 5}"#
    let text = Array("ab abb abbb".utf8)
    #expect(try sketch.tokenizer().encode(text) == [3, 4, 1, 4, 1, 1])
    sketch.model["ignore_merges"] = "true"
    #expect(try sketch.tokenizer().encode(text) == [3, 5, 4, 1, 1])
  }

  @Test func `a model that names no type but has merges is BPE`() throws {
    var sketch = TokenizerSketch()
    sketch.model["type"] = nil
    #expect(try sketch.tokenizer().encode(Array("ab".utf8)) == [3])
  }

  @Test(arguments: [
    ("dropout", "0.0"), ("dropout", "null"), ("unk_token", "null"),
    ("continuing_subword_prefix", "\"\""), ("end_of_word_suffix", "null"), ("fuse_unk", "true"),
    ("byte_fallback", "false"), ("unknown", "[1]"),
  ])
  func `an option without effect is accepted`(option: String, value: String) throws {
    var sketch = TokenizerSketch()
    sketch.model[option] = value
    #expect(try sketch.tokenizer().encode(Array("ab".utf8)) == [3])
  }

  @Test func `canonically equivalent texts stay two tokens`() throws {
    var sketch = TokenizerSketch()
    sketch.fields["added_tokens"] =
      #"[{"id": 5, "content": "\u212B"}, {"id": 6, "content": "\u00C5"}]"#
    let tokenizer = try sketch.tokenizer()
    #expect(tokenizer.encode([0xE2, 0x84, 0xAB, 0xC3, 0x85]) == [5, 6])
    #expect(try tokenizer.decode([5, 6]) == [0xE2, 0x84, 0xAB, 0xC3, 0x85])
  }

  @Test func `canonically equivalent keys of the vocabulary stay two tokens`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"\u212B\u0100": 0, "\u00C5\u0100": 1, "A\u030A\u0100": 2}"#
    sketch.model["merges"] = "[]"
    let tokenizer = try sketch.tokenizer()
    #expect(tokenizer.bytes(of: 0) == [0xE2, 0x84, 0xAB, 0xC4, 0x80])
    #expect(tokenizer.bytes(of: 1) == [0xC5, 0x00])
    #expect(tokenizer.bytes(of: 2) == [0x41, 0xCC, 0x8A, 0xC4, 0x80])
  }
}
