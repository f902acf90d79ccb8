import Checkpoint

/// The entries of `model.vocab`, in the order of the file.
///
/// Read from the bytes: Foundation gathers keys in a dictionary of `String`, which takes
/// canonically equivalent texts as equal and keeps one of two such tokens without notice.
struct VocabularyEntries {
  /// Texts, which need not differ, and ids, which may be out of range.
  private(set) var entries: [(text: String, id: Int)] = []

  /// Finds and reads the object in the text of a `tokenizer.json`.
  ///
  /// - Parameter json: text that a full parser accepted.
  /// - Throws: `TokenizerError.malformed` when the field is missing, occurs twice, or has a value
  ///   that is no integer.
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
    guard try findMember("model", isFirst: true) else { return nil }
    field = "model"
    guard try findMember("vocab", isFirst: true) else { return nil }
    field = "model.vocab"
    let result = try entries()
    // A second object of the same name would be as good as this one.
    for name in ["vocab", "model"] {
      field = name == "vocab" ? "model" : "the file"
      guard try !findMember(name, isFirst: false) else {
        throw scanner.fault(found: "a second \(name)", expected: "one")
      }
    }
    return result
  }

  /// Goes to the value of a member of an object, or past the object when it has none.
  ///
  /// - Parameter isFirst: whether the object's opening brace is what comes next.
  private mutating func findMember(
    _ name: String, isFirst: Bool
  ) throws(JSONFault) -> Bool {
    var isFirst = isFirst
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
