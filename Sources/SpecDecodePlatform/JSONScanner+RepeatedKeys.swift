/// A key that stands twice in one object of JSON text.
package struct RepeatedKey: Equatable, Sendable {
  package let key: String
  /// The fields that lead to the object, as in `model.layers[3]`; empty for the outermost.
  package let object: String
}

/// What is wrong with a field of JSON text, in words.
package struct JSONFieldFault: Error, Equatable, Sendable {
  /// The fields that lead there, "the file" or "byte 7".
  package let field: String
  package let found: String
  package let expected: String
}

extension JSONScanner {
  /// Refuses text with a key twice in one object: of two equal keys Foundation takes the first
  /// without notice, and Python the last.
  ///
  /// - Parameters:
  ///   - json: text that a full parser accepts.
  ///   - exempt: the fields that lead to an object whose keys are not looked at.
  package static func requireDistinctKeys(
    in json: some Sequence<UInt8>, outside exempt: [String] = []
  ) throws(JSONFieldFault) {
    var scanner = JSONScanner(bytes: Array(json), name: "the file")
    let repeated: RepeatedKey?
    do {
      repeated = try scanner.repeatedKey(outside: exempt)
    } catch {
      throw JSONFieldFault(
        field: "byte \(error.position)", found: error.found, expected: error.expected)
    }
    guard let repeated else { return }
    throw JSONFieldFault(
      field: repeated.object.isEmpty ? "the file" : shown(repeated.object),
      found: "an object with the key \(quoted(repeated.key)) twice", expected: "each key once")
  }

  /// Passes over a value of any kind as ``skipValue()`` does, and gives the first key that stands
  /// twice in one object; nil when none does.
  ///
  /// Keys are equal when their scalars are. For text that a full parser accepts; nothing recurses.
  ///
  /// - Parameter exempt: the fields that lead to an object whose keys are not looked at.
  package mutating func repeatedKey(outside exempt: [String] = []) throws(JSONFault) -> RepeatedKey?
  {
    let exempt = exempt.map(Optional.some)
    var open: [Level] = []
    var isKeyNext = false
    repeat {
      skipWhitespace()
      guard position < bytes.count else { throw fault(expected: "a value") }
      switch bytes[position] {
      case UInt8(ascii: "\"") where isKeyNext:
        let key = try string()
        guard open[open.count - 1].insert(key) else {
          return RepeatedKey(key: key, object: Self.path(open.dropLast()))
        }
        isKeyNext = false
      case UInt8(ascii: "{")
      where !open.isEmpty && open.count == exempt.count && open.map(\.key) == exempt:
        try skipValue()
      case UInt8(ascii: "{"):
        open.append(Level(keys: []))
        isKeyNext = true
        skipByte()
      case UInt8(ascii: "["):
        open.append(Level(keys: nil))
        isKeyNext = false
        skipByte()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard open.popLast() != nil else { throw fault(expected: "a value") }
        isKeyNext = false
        skipByte()
      case UInt8(ascii: ","):
        guard !open.isEmpty else { throw fault(expected: "a value") }
        isKeyNext = open[open.count - 1].beginElement()
        skipByte()
      case UInt8(ascii: ":") where !open.isEmpty: skipByte()
      case let byte where Self.beginsPlainValue(byte): try skipPlainValue()
      default: throw fault(expected: "a value")
      }
    } while !open.isEmpty
    return nil
  }

  private static func path(_ open: some Sequence<Level>) -> String {
    open.reduce(into: "") { path, level in
      if let key = level.key {
        path += path.isEmpty ? key : ".\(key)"
      } else {
        path += "[\(level.index)]"
      }
    }
  }

  /// Text of another encoding, or with a byte order mark, begins otherwise.
  private static func beginsPlainValue(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"):
      true
    default: false
    }
  }
}

/// An object or array that is not closed yet.
private struct Level {
  /// The keys so far; nil in an array.
  private var keys: Set<[UInt8]>?
  /// The last key.
  private(set) var key: String?
  /// The number of the element, in an array.
  private(set) var index = 0

  init(keys: Set<[UInt8]>?) { self.keys = keys }

  /// Whether the key is a new one; false in an array.
  mutating func insert(_ key: String) -> Bool {
    self.key = key
    return keys?.insert(Array(key.utf8)).inserted == true
  }

  /// Whether a key comes next.
  mutating func beginElement() -> Bool {
    index += 1
    return keys != nil
  }
}
