import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct UnsupportedTokenizerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// A field of the file, or of its model when it begins with "model.".
    let field: String
    let json: String
    /// The field that the error names, when it is not the one that was set.
    var named: String?
    let value: String
    let supported: String

    var testDescription: String { "\(field): \(json)" }
  }

  private static let byteLevel = #""ByteLevel", or a "Sequence" that ends with it"#
  private static let behaviors =
    #""Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous""#
  private static let stage = #"{"type": "ByteLevel", "add_prefix_space": false}"#

  private static func sequence(_ stages: String...) -> String {
    #"{"type": "Sequence", "pretokenizers": [\#(stages.joined(separator: ", "))]}"#
  }

  private static func split(_ behavior: String, pattern: String = "a") -> String {
    #"{"type": "Split", "pattern": {"Regex": "\#(pattern)"}, "behavior": \#(behavior)}"#
  }

  @Test(arguments: [
    Case(field: "version", json: #""2.0""#, value: #""2.0""#, supported: #""1.0""#),
    Case(field: "truncation", json: #"{"max_length": 4}"#, value: "set", supported: "null"),
    Case(field: "padding", json: #"{"pad_id": 0}"#, value: "set", supported: "null"),
    Case(
      field: "normalizer", json: #"{"type": "NFKC"}"#, value: #""NFKC""#,
      supported: #""NFC" or null"#),
    Case(
      field: "normalizer",
      json: #"{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}"#,
      named: "normalizer.normalizers[1]", value: #""Lowercase""#, supported: #""NFC" or null"#),
    Case(
      field: "pre_tokenizer", json: #"{"type": "Whitespace"}"#, value: #""Whitespace""#,
      supported: byteLevel),
    Case(
      field: "pre_tokenizer", json: #"{"type": "Sequence", "pretokenizers": []}"#,
      value: #"an empty "Sequence""#, supported: byteLevel),
    Case(field: "pre_tokenizer", json: "null", value: "null", supported: byteLevel),
    Case(
      field: "pre_tokenizer", json: #"{"type": "ByteLevel"}"#,
      named: "pre_tokenizer.add_prefix_space", value: "missing", supported: "true or false"),
    Case(
      field: "pre_tokenizer", json: sequence(#"{"type": "Digits"}"#, stage),
      named: "pre_tokenizer.pretokenizers[0]", value: #""Digits""#, supported: #""Split""#),
    Case(
      field: "pre_tokenizer", json: sequence(stage, stage),
      named: "pre_tokenizer.pretokenizers[0]", value: #""ByteLevel""#, supported: #""Split""#),
    Case(
      field: "pre_tokenizer", json: sequence(stage, split(#""Isolated""#)),
      named: "pre_tokenizer.pretokenizers[0]", value: #""ByteLevel""#, supported: #""Split""#),
    Case(
      field: "pre_tokenizer", json: sequence(split(#""Isolated""#)),
      named: "pre_tokenizer.pretokenizers[0]", value: #""Split""#, supported: byteLevel),
    Case(
      field: "pre_tokenizer", json: sequence(split(#""Removed""#), stage),
      named: "pre_tokenizer.pretokenizers[0].behavior", value: #""Removed""#,
      supported: behaviors),
    Case(
      field: "pre_tokenizer", json: sequence(split(#""Removed", "invert": true"#), stage),
      named: "pre_tokenizer.pretokenizers[0].behavior", value: #""Removed""#,
      supported: behaviors),
    Case(
      field: "pre_tokenizer", json: sequence(#"{"type": "Split", "behavior": "Isolated"}"#, stage),
      named: "pre_tokenizer.pretokenizers[0].pattern", value: "missing or empty",
      supported: #"{"Regex": …} or {"String": …}"#),
    Case(
      field: "pre_tokenizer", json: sequence(split(#""Isolated""#, pattern: "(a"), stage),
      named: "pre_tokenizer.pretokenizers[0].pattern", value: #""(a""#,
      supported: "a regular expression that Foundation can read"),
    Case(
      field: "post_processor", json: #"{"type": "BertProcessing"}"#,
      value: #""BertProcessing""#,
      supported: #""ByteLevel", "TemplateProcessing" or null"#),
    Case(field: "decoder", json: "null", value: "null", supported: #""ByteLevel""#),
    Case(
      field: "decoder", json: #"{"type": "Metaspace"}"#, value: #""Metaspace""#,
      supported: #""ByteLevel""#),
    Case(field: "model.type", json: #""Unigram""#, value: #""Unigram""#, supported: #""BPE""#),
    Case(field: "model.dropout", json: "0.1", value: "0.1", supported: "null or 0"),
    Case(field: "model.unk_token", json: #""<unk>""#, value: #""<unk>""#, supported: "null"),
    Case(
      field: "model.continuing_subword_prefix", json: #""@@""#, value: #""@@""#,
      supported: #"null or """#),
    Case(
      field: "model.end_of_word_suffix", json: #""</w>""#, value: #""</w>""#,
      supported: #"null or """#),
    Case(field: "model.byte_fallback", json: "true", value: "true", supported: "false"),
  ])
  func `a component that is not implemented is named`(test: Case) {
    var sketch = TokenizerSketch()
    if test.field.hasPrefix("model.") {
      sketch.model[String(test.field.dropFirst("model.".count))] = test.json
    } else {
      sketch.fields[test.field] = test.json
    }
    let field = test.named ?? test.field
    let error = #expect(throws: TokenizerError.self) { try sketch.tokenizer() }
    #expect(
      error
        == .unsupported(
          path: "sketch.json", field: field, value: test.value, supported: test.supported))
    #expect(
      error?.description
        == "sketch.json: \(field) is \(test.value), which is not supported. "
        + "Use a tokenizer whose \(field) is \(test.supported).")
  }

  @Test func `a model of another type is named before its fields are read`() {
    var sketch = TokenizerSketch()
    sketch.fields["model"] = #"{"type": "Unigram", "vocab": [["a", -1.5]]}"#
    #expect(
      throws: TokenizerError.unsupported(
        path: "sketch.json", field: "model.type", value: #""Unigram""#, supported: #""BPE""#)
    ) {
      try sketch.tokenizer()
    }
  }
}
