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
    try Self.checkKeys(json, path: path)
  }

  /// Of two equal keys Foundation takes the first without notice; others take the last.
  private static func checkKeys(_ json: Data, path: String) throws(TokenizerError) {
    var scanner = JSONScanner(bytes: Array(json), name: "the file")
    let repeated: RepeatedKey?
    do {
      repeated = try scanner.repeatedKey(outside: ["model", "vocab"])
    } catch {
      throw .malformed(
        path: path, field: "byte \(error.position)",
        reason: "it is \(error.found), expected \(error.expected)")
    }
    if let repeated {
      let object = TokenizerError.excerpt(repeated.object, limit: 200)
      throw .malformed(
        path: path, field: object.isEmpty ? "the file" : object,
        reason: "the key \(TokenizerError.quoted(repeated.key)) stands in it twice")
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
