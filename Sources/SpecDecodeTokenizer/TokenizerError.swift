/// Why a `tokenizer.json` was refused, or a sequence of token ids could not be decoded.
///
/// Every description names the file, the field, the value found there, and a remedy.
public enum TokenizerError: Error, Equatable, Sendable {
  /// The file could not be read, or is no regular file.
  case unreadable(path: String, reason: String)
  /// The file has more bytes than the reader accepts.
  case fileTooLarge(path: String, size: Int, limit: Int)
  /// The file is not JSON, or a field is missing or of the wrong type.
  case malformed(path: String, field: String, reason: String)
  /// A component or an option that this tokenizer does not implement.
  case unsupported(path: String, field: String, value: String, supported: String)
  /// A token id outside of `0 ..< limit`.
  case idOutOfRange(path: String, field: String, id: Int, limit: Int)
  /// Two tokens claim one id, or one token claims two ids.
  case conflict(path: String, field: String, id: Int, other: String)
  /// A token of more bytes than the tokenizer accepts.
  case tokenTooLong(path: String, field: String, size: Int, limit: Int)
  /// A merge names a token, or makes one, that the vocabulary lacks.
  case mergeOutOfVocabulary(path: String, field: String, token: String)
  /// An id to decode that no token has.
  case unknownID(path: String, id: Int, vocabularySize: Int)
}

extension TokenizerError: CustomStringConvertible {
  /// One sentence on what is wrong and one on what to do about it.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): the tokenizer cannot be read: \(reason). Give the path of a tokenizer.json."
    case .fileTooLarge(let path, let size, let limit):
      "\(path): the file has \(size) bytes, the limit is \(limit). Check that it is a tokenizer.json."
    case .malformed(let path, let field, let reason):
      "\(path): \(field): \(reason). Export the tokenizer again as a Hugging Face tokenizer.json."
    case .unsupported(let path, let field, let value, let supported):
      "\(path): \(field) is \(value), which is not supported. "
        + "Use a tokenizer whose \(field) is \(supported)."
    case .idOutOfRange(let path, let field, let id, let limit):
      "\(path): \(field) has the id \(id), which is not in 0..<\(limit). "
        + "Give every token an id in that range."
    case .conflict(let path, let field, let id, let other):
      "\(path): \(field) has the id \(id), which conflicts with \(other). "
        + "Give every token one id of its own."
    case .tokenTooLong(let path, let field, let size, let limit):
      "\(path): \(field) has \(size) bytes, the limit is \(limit). Remove the token."
    case .mergeOutOfVocabulary(let path, let field, let token):
      "\(path): \(field) needs the token \(token), which model.vocab does not have. "
        + "Add the token or remove the merge."
    case .unknownID(let path, let id, let vocabularySize):
      "\(path): no token has the id \(id); the ids are in 0..<\(vocabularySize). "
        + "Use the tokenizer that the ids were made with."
    }
  }
}

extension TokenizerError {
  /// The first scalars of a text: those of an untrusted file may be of any length.
  static func excerpt(_ text: String, limit: Int) -> String {
    let head = text.unicodeScalars.prefix(limit)
    let isCut = head.endIndex != text.unicodeScalars.endIndex
    return String(String.UnicodeScalarView(head)) + (isCut ? "…" : "")
  }

  /// A sentence of Foundation's without its full stop, cut: it may quote the file.
  static func clause(_ sentence: String) -> String {
    var clause = Substring(excerpt(sentence, limit: 200))
    while clause.last == "." { clause.removeLast() }
    return String(clause)
  }

  /// The first scalars of a text, in quotes.
  static func quoted(_ text: String) -> String {
    excerpt(text, limit: 48).debugDescription
  }

  /// The first scalars of a UTF-8 text, in quotes.
  static func quoted(_ utf8: [UInt8]) -> String {
    quoted(String(decoding: utf8.prefix(256), as: UTF8.self))
  }
}
