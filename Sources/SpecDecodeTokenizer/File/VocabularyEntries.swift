import SpecDecodePlatform

/// The entries of `model.vocab`, in the order of the file.
///
/// Read from the bytes: Foundation gathers keys in a dictionary of `String`, which takes
/// canonically equivalent texts as equal and keeps one of two such tokens without notice.
struct VocabularyEntries {
  /// Texts, which need not differ, and ids, which may be out of range.
  private(set) var entries: [(text: String, id: Int)] = []

  /// Finds and reads the object in the text of a `tokenizer.json`.
  ///
  /// - Parameter json: text that a full parser accepted, with no key twice outside the vocabulary.
  /// - Throws: `TokenizerError.malformed` when the field is missing or has a value that is no
  ///   integer.
  init(json: [UInt8], path: String) throws(TokenizerError) {
    var reader = Reader(scanner: JSONScanner(bytes: json))
    let fault: (field: String, reason: String)
    do {
      if let entries = try reader.vocabulary() {
        self.entries = entries
        return
      }
      fault = ("model.vocab", "the field is missing")
    } catch {
      fault = (
        reader.field,
        "byte \(error.position) of the file is \(error.found), expected \(error.expected)"
      )
    }
    throw .malformed(path: path, field: fault.field, reason: fault.reason)
  }
}

/// Walks down to the vocabulary and keeps the name of the field it is at.
private struct Reader {
  var scanner: JSONScanner
  var field = "the file"

  mutating func vocabulary() throws(JSONFault) -> [(text: String, id: Int)]? {
    scanner.skipWhitespace()
    guard try findMember("model") else { return nil }
    field = "model"
    guard try findMember("vocab") else { return nil }
    field = "model.vocab"
    return try entries()
  }

  /// Goes to the value of a member of the object that comes next, or past it when it has none.
  private mutating func findMember(_ name: String) throws(JSONFault) -> Bool {
    var isFirst = true
    while let key = try scanner.key(isFirst: isFirst) {
      if key == name { return true }
      try scanner.skipValue()
      isFirst = false
    }
    return false
  }

  private mutating func entries() throws(JSONFault) -> [(text: String, id: Int)] {
    var result: [(text: String, id: Int)] = []
    while let text = try scanner.key(isFirst: result.isEmpty) {
      do {
        result.append((text, try integer()))
      } catch {
        field = "model.vocab[\(TokenizerError.quoted(text))]"
        throw error
      }
    }
    field = "model.vocab"
    return result
  }

  private mutating func integer() throws(JSONFault) -> Int {
    let isNegative = scanner.take(UInt8(ascii: "-"))
    let magnitude = try scanner.integer()
    return isNegative ? -magnitude : magnitude
  }
}
