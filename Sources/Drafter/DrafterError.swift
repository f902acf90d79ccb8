public import MambaDevices
public import SpecDecodeTokenizer

/// Why a drafter could not be loaded.
public enum DrafterError: Error, Equatable, Sendable {
  /// The checkpoint or the device cannot be used.
  case model(ModelError)

  /// The tokenizer is damaged or has a part that this version does not know.
  case tokenizer(TokenizerError)

  /// No tokenizer stands beside the model.
  case noTokenizer(directory: String, vocabularySize: Int)

  /// The tokenizer has tokens that the model has not.
  case tokenizerTooLarge(file: String, tokenizerSize: Int, vocabularySize: Int)

  /// No token of the tokenizer has bytes.
  case emptyTokenizer(file: String)
}

extension DrafterError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .model(let error): error.description
    case .tokenizer(let error): error.description
    case .noTokenizer(let directory, let vocabularySize):
      "\(directory): no tokenizer.json beside the model, whose vocabulary has \(vocabularySize) "
        + "entries; a drafter needs its tokenizer there"
        + (vocabularySize == 256 ? "; a byte-level model is given with --verifier" : "")
    case .tokenizerTooLarge(let file, let tokenizerSize, let vocabularySize):
      "\(file): the tokenizer has ids up to \(tokenizerSize - 1), but vocab_size in the model's "
        + "config.json is \(vocabularySize); put the model's own tokenizer beside it"
    case .emptyTokenizer(let file):
      "\(file): no entry of the vocabulary stands for any bytes; put the model's own tokenizer "
        + "beside it"
    }
  }
}
