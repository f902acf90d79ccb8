import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

/// What Hugging Face `tokenizers` makes of texts; see Experiments/Tokenizers.
enum ReferenceVectors {
  /// A text, its ids, and the text of these.
  struct Vector: Decodable, Sendable {
    let text: String
    let ids: [Int32]
    let decoded: String
  }

  /// Pre-tokenizers over one small vocabulary, whose merges cross every border.
  struct PreTokenizers: Decodable, Sendable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
      let name: String
      /// JSON text.
      let normalizer: String
      /// JSON text.
      let preTokenizer: String
      /// Of each of the texts.
      let ids: [[Int32]]

      enum CodingKeys: String, CodingKey {
        case name, normalizer, ids
        case preTokenizer = "pre_tokenizer"
      }

      var testDescription: String { name }
    }

    /// JSON text.
    let model: String
    let texts: [String]
    let cases: [Case]

    static let loaded = Result {
      try JSONDecoder().decode(Self.self, from: fixture("pre-tokenizers.vectors.json"))
    }

    func tokenizer(_ test: Case) throws -> BPETokenizer {
      var sketch = TokenizerSketch()
      sketch.fields["model"] = model
      sketch.fields["normalizer"] = test.normalizer
      sketch.fields["pre_tokenizer"] = test.preTokenizer
      return try sketch.tokenizer()
    }
  }

  /// A text, and the merges that are trained from it.
  struct Training: Decodable, Sendable {
    let text: String
    let vocabulary: Int
    let merges: [String]
  }

  /// GPT-NeoX's tokenizer with all its added tokens, cut to 1,500 merges.
  static let neox = Result {
    try BPETokenizer(json: fixture("gpt-neox-reduced.json"), path: "gpt-neox-reduced.json")
  }

  /// GPT-NeoX's tokenizer as it is published.
  static let wholeNeox = Result {
    try BPETokenizer(json: fixture("gpt-neox.json"), path: "gpt-neox.json")
  }

  static func wholeNeoxVectors() throws -> [Vector] {
    try JSONDecoder().decode([Vector].self, from: fixture("gpt-neox.vectors.json"))
  }

  static func neoxVectors() throws -> [Vector] {
    try JSONDecoder().decode([Vector].self, from: fixture("gpt-neox-reduced.vectors.json"))
  }

  static func training() throws -> Training {
    try JSONDecoder().decode(Training.self, from: fixture("merges.vectors.json"))
  }

  private static func fixture(_ name: String) throws -> Data {
    try Data(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/\(name)"))
  }
}
