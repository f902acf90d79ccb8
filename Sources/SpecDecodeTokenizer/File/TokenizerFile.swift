import Foundation
import SpecDecodePlatform

/// The fields of a Hugging Face `tokenizer.json` that matter here, as they stand in the file.
///
/// Nothing is checked yet but the types. Unknown fields are ignored, as the reference does.
struct TokenizerFile: Decodable {
  let version: String
  let truncation: AnyValue?
  let padding: AnyValue?
  let addedTokens: [AddedTokenEntry]?
  let normalizer: Component?
  let preTokenizer: Component?
  let postProcessor: Component?
  let decoder: Component?
  let model: ModelEntry

  enum CodingKeys: String, CodingKey {
    case version, truncation, padding, normalizer, decoder, model
    case addedTokens = "added_tokens"
    case preTokenizer = "pre_tokenizer"
    case postProcessor = "post_processor"
  }

  /// Any JSON value but `null`: only its presence matters.
  struct AnyValue: Decodable {
    init(from decoder: any Decoder) {}
  }

  /// One element of `added_tokens`.
  struct AddedTokenEntry: Decodable {
    let id: Int
    let content: String
    let singleWord: Bool?
    let lstrip: Bool?
    let rstrip: Bool?
    let normalized: Bool?
    let special: Bool?

    enum CodingKeys: String, CodingKey {
      case id, content, lstrip, rstrip, normalized, special
      case singleWord = "single_word"
    }
  }
}

extension TokenizerFile {
  /// Parses the JSON text.
  ///
  /// Foundation bounds the nesting, so a deep file cannot overflow the stack.
  ///
  /// - Throws: `TokenizerError.malformed` with the field where the decoder stopped, or with the
  ///   object in which a key occurs twice; for a token of `model.vocab` see `VocabularyBuilder`.
  init(json: Data, path: String) throws(TokenizerError) {
    do {
      self = try JSONDecoder().decode(TokenizerFile.self, from: json)
    } catch let error as DecodingError {
      throw error.tokenizerError(path: path)
    } catch {
      throw .malformed(path: path, field: "the file", reason: TokenizerError.clause("\(error)"))
    }
    do {
      try JSONScanner.requireDistinctKeys(in: json, outside: ["model", "vocab"])
    } catch {
      throw .malformed(
        path: path, field: error.field,
        reason: "it is \(error.found), expected \(error.expected)")
    }
  }
}

extension DecodingError {
  fileprivate func tokenizerError(path: String) -> TokenizerError {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      .malformed(
        path: path, field: Self.field(context.codingPath),
        reason: TokenizerError.clause(context.debugDescription))
    case .keyNotFound(let key, let context):
      .malformed(
        path: path, field: Self.field(context.codingPath + [key]), reason: "the field is missing")
    @unknown default:
      .malformed(path: path, field: "the file", reason: TokenizerError.clause("\(self)"))
    }
  }

  private static func field(_ codingPath: [any CodingKey]) -> String {
    var field = ""
    for key in codingPath {
      if let index = key.intValue {
        field += "[\(index)]"
      } else {
        field += field.isEmpty ? "" : "."
        field += TokenizerError.excerpt(key.stringValue, limit: 48)
      }
    }
    return field.isEmpty ? "the file" : field
  }
}

extension TokenizerFile {
  /// A normalizer, pre-tokenizer, post-processor or decoder, with the options of all that matter.
  struct Component: Decodable {
    let type: String
    /// Of `ByteLevel`.
    let addPrefixSpace: Bool?
    /// Of `ByteLevel`.
    let useRegex: Bool?
    /// Of `Split`.
    let pattern: Pattern?
    /// Of `Split`.
    let behavior: String?
    /// Of `Split`.
    let invert: Bool?
    /// Of `Sequence` as a normalizer.
    let normalizers: [Component]?
    /// Of `Sequence` as a pre-tokenizer.
    let preTokenizers: [Component]?
    /// Of `Sequence` as a post-processor.
    let processors: [Component]?

    enum CodingKeys: String, CodingKey {
      case type, pattern, behavior, invert, normalizers, processors
      case addPrefixSpace = "add_prefix_space"
      case useRegex = "use_regex"
      case preTokenizers = "pretokenizers"
    }
  }

  /// What a `Split` looks for: one of the two.
  struct Pattern: Decodable {
    let expression: String?
    let literal: String?

    enum CodingKeys: String, CodingKey {
      case expression = "Regex"
      case literal = "String"
    }
  }
}

extension TokenizerFile {
  /// The field `model`: a BPE model, or the type of one that is not.
  enum ModelEntry: Decodable {
    case bpe(BPEModelEntry)
    case other(type: String)

    private enum CodingKeys: String, CodingKey {
      case type, merges
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      let type = try fields.decodeIfPresent(String.self, forKey: .type)
      // Early files, GPT-2's own among them, name no type; of the models only BPE has merges.
      if type == "BPE" || type == nil && fields.contains(.merges) {
        self = .bpe(try BPEModelEntry(from: decoder))
      } else {
        self = .other(type: type ?? "missing")
      }
    }
  }

  /// A model of the type `BPE`, but for its vocabulary: see `VocabularyEntries`.
  struct BPEModelEntry: Decodable {
    let dropout: Double?
    let unknownToken: String?
    let continuingSubwordPrefix: String?
    let endOfWordSuffix: String?
    let byteFallback: Bool?
    let ignoreMerges: Bool?
    let merges: MergeList

    enum CodingKeys: String, CodingKey {
      case dropout, merges
      case unknownToken = "unk_token"
      case continuingSubwordPrefix = "continuing_subword_prefix"
      case endOfWordSuffix = "end_of_word_suffix"
      case byteFallback = "byte_fallback"
      case ignoreMerges = "ignore_merges"
    }
  }

  /// The merges, in order of rank: `"a b"` in files before 2024, `["a", "b"]` since.
  enum MergeList: Decodable {
    case lines([String])
    case pairs([[String]])

    init(from decoder: any Decoder) throws {
      let list = try decoder.singleValueContainer()
      if let lines = try? list.decode([String].self) {
        self = .lines(lines)
      } else {
        self = .pairs(try list.decode([[String]].self))
      }
    }
  }
}
