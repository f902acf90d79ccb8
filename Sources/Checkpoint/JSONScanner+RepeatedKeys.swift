extension JSONScanner {
  /// Passes over a value of any kind as ``skipValue()`` does, and gives the first key that stands
  /// twice in one object; nil when none does.
  ///
  /// Keys are equal when their scalars are. For text that a full parser accepts; nothing recurses.
  package mutating func repeatedKey() throws(JSONFault) -> String? {
    // The keys of each open object; nil for an array.
    var open: [Set<[UInt8]>?] = []
    var isKeyNext = false
    repeat {
      skipWhitespace()
      guard position < bytes.count else { throw fault(expected: "a value") }
      switch bytes[position] {
      case UInt8(ascii: "\"") where isKeyNext:
        let key = try string()
        guard open[open.count - 1]?.insert(Array(key.utf8)).inserted == true else { return key }
      case UInt8(ascii: "{"):
        open.append([])
        isKeyNext = true
        skipByte()
      case UInt8(ascii: "["):
        open.append(nil)
        isKeyNext = false
        skipByte()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard open.popLast() != nil else { throw fault(expected: "a value") }
        isKeyNext = false
        skipByte()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard let keys = open.last else { throw fault(expected: "a value") }
        isKeyNext = bytes[position] == UInt8(ascii: ",") && keys != nil
        skipByte()
      default: try skipPlainValue()
      }
    } while !open.isEmpty
    return nil
  }
}
