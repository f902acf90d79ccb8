extension JSONScanner {
  /// Passes over a value of any kind, however deeply nested, without recursion.
  ///
  /// Only strings and brackets are looked at: for text that a full parser accepts.
  package mutating func skipValue() throws(JSONFault) {
    var depth = 0
    repeat {
      guard position < bytes.count else { throw fault(expected: "a value") }
      switch bytes[position] {
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        skipByte()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw fault(expected: "a value") }
        depth -= 1
        skipByte()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw fault(expected: "a value") }
        skipByte()
      case let byte where Self.isWhitespace(byte): skipByte()
      default: skipLiteral()
      }
    } while depth > 0
  }

  /// A string, a number, `true`, `false` or `null`.
  mutating func skipPlainValue() throws(JSONFault) {
    if bytes[position] == UInt8(ascii: "\"") { try skipString() } else { skipLiteral() }
  }

  private mutating func skipString() throws(JSONFault) {
    skipByte()
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") { skipByte() }
      if position < bytes.count { skipByte() }
    }
    try expect(UInt8(ascii: "\""))
  }

  /// A number, `true`, `false` or `null`: all up to a byte that ends it.
  private mutating func skipLiteral() {
    while position < bytes.count, !Self.isWhitespace(bytes[position]),
      !Self.isStructural(bytes[position])
    {
      skipByte()
    }
  }

  private static func isStructural(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  mutating func skipByte() {
    _ = take(bytes[position])
  }
}
