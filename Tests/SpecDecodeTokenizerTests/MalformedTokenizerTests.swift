import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct MalformedTokenizerTests {
  /// The field that a `malformed` error names, nil for any other outcome.
  private func malformedField(_ json: Data) -> String? {
    do {
      _ = try BPETokenizer(json: json, path: "sketch.json")
      return nil
    } catch .malformed(let path, let field, _) {
      return path == "sketch.json" ? field : nil
    } catch {
      return nil
    }
  }

  @Test(arguments: ["", " ", "{", "null", "[]", "7", "{\"version\": \"1.0\",", "\u{0}", "{}}"])
  func `text that is no tokenizer is a typed error`(text: String) {
    #expect(malformedField(Data(text.utf8)) != nil)
  }

  @Test func `every truncation of a file is a typed error`() {
    let json = TokenizerSketch().json
    for length in 0..<json.count {
      #expect(malformedField(json.prefix(length)) != nil)
    }
  }

  @Test func `damage to any byte gives a tokenizer or a typed error`() {
    var random = SeededGenerator(seed: 5)
    let json = TokenizerSketch().json
    var refused = 0
    for index in json.indices {
      var damaged = json
      damaged[index] = UInt8.random(in: 0...255, using: &random)
      do {
        let tokenizer = try BPETokenizer(json: damaged, path: "sketch.json")
        #expect(tokenizer.vocabularySize > 0)
      } catch {
        refused += 1
        #expect(error.description.hasPrefix("sketch.json"))
      }
    }
    #expect(refused > json.count / 2)
  }

  @Test(arguments: [
    ("version", "1", "version"), ("added_tokens", "{}", "added_tokens"),
    ("added_tokens", "[{\"id\": 7}]", "added_tokens[0].content"),
    ("added_tokens", "[{\"id\": \"7\", \"content\": \"x\"}]", "added_tokens[0].id"),
    ("normalizer", "[]", "normalizer"), ("pre_tokenizer", "{}", "pre_tokenizer.type"),
    ("decoder", "{\"type\": null}", "decoder.type"), ("model", "3", "model"),
    ("model", "{\"type\": \"BPE\", \"merges\": []}", "model.vocab"),
    ("model", "{\"type\": \"BPE\", \"vocab\": {}}", "model.merges"),
  ])
  func `a field that is missing or of the wrong type is named`(
    field: String, json: String, named: String
  ) {
    var sketch = TokenizerSketch()
    sketch.fields[field] = json
    #expect(malformedField(sketch.json) == named)
  }

  @Test(arguments: [
    ("vocab", "[]", "model.vocab"), ("vocab", "{\"a\": \"0\"}", #"model.vocab["a"]"#),
    ("merges", "{}", "model.merges"), ("merges", "[[\"a\", 1]]", "model.merges[0][1]"),
    ("merges", "[[\"a\", \"b\"], \"a b\"]", "model.merges[1]"),
    ("merges", "[[\"a\"]]", "model.merges[0]"), ("merges", "[\"ab\"]", "model.merges[0]"),
    ("merges", "[\"a b\", \"a  b\"]", "model.merges[1]"), ("merges", "[\"\"]", "model.merges[0]"),
    ("merges", "[[\"a\", \"b\", \"ab\"]]", "model.merges[0]"),
  ])
  func `a field of the model of the wrong type is named`(
    field: String, json: String, named: String
  ) {
    var sketch = TokenizerSketch()
    sketch.model[field] = json
    #expect(malformedField(sketch.json) == named)
  }

  @Test(arguments: ["1.5", "1e40", "9223372036854775808", "-1e400", "null", "[0]", "-"])
  func `an id that is no integer is a typed error`(id: String) {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": \#(id)}"#
    #expect(malformedField(sketch.json) != nil)
  }

  @Test(arguments: [
    (#""model": {"vocab": {}, "merges": [], "vocab": {}}"#, "model"),
    (#""model": {"vocab": {}, "merges": []}, "model": {"vocab": {}, "merges": []}"#, "the file"),
  ])
  func `a second vocabulary is a typed error`(member: String, named: String) {
    let text = String(decoding: TokenizerSketch().json, as: UTF8.self)
    #expect(malformedField(Data("{\(member), \(text.dropFirst())".utf8)) != nil)
    var sketch = TokenizerSketch()
    sketch.fields["model"] = String(member.dropFirst(#""model": "#.count))
    #expect(malformedField(sketch.json) == named)
  }

  @Test(arguments: [
    ("version", #""1.0", "version": "2.0""#, "version", "the file"),
    ("normalizer", #"null, "normalizer": {"type": "NFC"}"#, "normalizer", "the file"),
    ("normalizer", #"{"type": "NFC", "t\u0079pe": "NFKC"}"#, "type", "normalizer"),
    (
      "post_processor",
      #"{"type": "Sequence", "processors": [{"type": "ByteLevel", "type": "x"}]}"#,
      "type", "post_processor.processors[0]"
    ),
    (
      "added_tokens", #"[{"id": 7, "content": "x"}, {"id": 8, "content": "y", "id": 9}]"#, "id",
      "added_tokens[1]"
    ),
    ("unknown", #"[[{"a": 1, "a": 1}]]"#, "a", "unknown[0][0]"),
  ])
  func `a key that stands twice in one object is named with the object`(
    field: String, json: String, key: String, object: String
  ) {
    var sketch = TokenizerSketch()
    sketch.fields[field] = json
    #expect(throws: Self.repeated(key, in: object)) { try sketch.tokenizer() }
  }

  @Test(arguments: [
    ("type", #""BPE", "type": "WordPiece""#, "type"),
    ("merges", #"[["a", "b"]], "merges": []"#, "merges"),
    ("dropout", #"null, "dropout": 0.5"#, "dropout"), ("vocab", #"{"a": 0}, "vocab": {}"#, "vocab"),
  ])
  func `a field that the model has twice is named`(field: String, json: String, key: String) {
    var sketch = TokenizerSketch()
    sketch.model[field] = json
    #expect(throws: Self.repeated(key, in: "model")) { try sketch.tokenizer() }
  }

  private static func repeated(_ key: String, in object: String) -> TokenizerError {
    .malformed(
      path: "sketch.json", field: object,
      reason: "it is an object with the key \"\(key)\" twice, expected each key once")
  }

  @Test(arguments: [10, 600, 100_000])
  func `deep nesting is read or refused and never crashes`(depth: Int) {
    var sketch = TokenizerSketch()
    sketch.model["deep"] =
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect((malformedField(sketch.json) == nil) == (depth < 500))
  }
}
