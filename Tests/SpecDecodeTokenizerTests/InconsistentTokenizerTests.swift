import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct InconsistentTokenizerTests {
  private func error(vocabulary: String, merges: String = "[]") -> TokenizerError? {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = vocabulary
    sketch.model["merges"] = merges
    do {
      _ = try sketch.tokenizer()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [-1, 1 << 24, Int.max, -Int.max])
  func `an id outside of the range is a typed error`(id: Int) {
    let error = error(vocabulary: #"{"a": 0, "b": \#(id)}"#)
    #expect(
      error
        == .idOutOfRange(
          path: "sketch.json", field: #"model.vocab["b"]"#, id: id, limit: 16_777_216))
    #expect(error?.description.contains("has the id \(id), which is not in 0..<16777216") == true)
  }

  @Test func `two tokens with one id are a typed error`() {
    #expect(
      error(vocabulary: #"{"a": 4, "b": 4}"#)
        == .conflict(
          path: "sketch.json", field: #"model.vocab["b"]"#, id: 4, other: #""a""#))
  }

  @Test func `one token with two ids is a typed error`() {
    #expect(
      error(vocabulary: #"{"a": 4, "\u0061": 5}"#)
        == .conflict(
          path: "sketch.json", field: #"model.vocab["a"]"#, id: 5, other: "its id 4"))
  }

  @Test(arguments: [
    (#"["c a"]"#, 0, "c"), (#"["a b", "a c"]"#, 1, "c"), (#"["a b", "b a"]"#, 1, "ba"),
    (#"[["a", "b"], ["ab", ""]]"#, 1, ""),
  ])
  func `a merge that needs a token the vocabulary lacks is a typed error`(
    merges: String, index: Int, token: String
  ) {
    let error = error(vocabulary: #"{"a": 0, "b": 1, "ab": 2}"#, merges: merges)
    #expect(
      error
        == .mergeOutOfVocabulary(
          path: "sketch.json", field: "model.merges[\(index)]", token: "\"\(token)\""))
  }

  @Test func `a token is 64 KiB long at most, and is quoted in part`() {
    let longest = String(repeating: "x", count: 65_536)
    #expect(error(vocabulary: "{\"\(longest)\": 0}") == nil)
    let error = error(vocabulary: "{\"\(longest)x\": 0}")
    guard case .tokenTooLong("sketch.json", let field, 65_537, 65_536) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(field.count < 80)
  }

  @Test func `an empty vocabulary encodes nothing`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = "{}"
    sketch.model["merges"] = "[]"
    let tokenizer = try sketch.tokenizer()
    #expect(tokenizer.vocabularySize == 0)
    #expect(tokenizer.encode(Array("abc".utf8)) == [])
  }
}
