extension JSONScanner {
  /// Reads what follows a backslash.
  mutating func escape() throws(JSONFault) -> Unicode.Scalar {
    guard position < bytes.count else { throw fault(expected: "an escape") }
    if bytes[position] == UInt8(ascii: "u") { return try unicodeEscape() }
    guard let scalar = Self.escapes[bytes[position]], take(bytes[position]) else {
      throw fault(expected: "an escape of JSON")
    }
    return scalar
  }

  /// Reads `uXXXX`, or two of them when the first is the upper half of a surrogate pair; two lower
  /// halves make a value beyond Unicode.
  private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if take(UInt8(ascii: "\\")) {
      let low = try codeUnit()
      if (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw fault(found: "half of a surrogate pair", expected: "both halves")
  }

  private mutating func codeUnit() throws(JSONFault) -> UInt32 {
    try expect(UInt8(ascii: "u"))
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        take(bytes[position])
      else { throw fault(expected: "four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  static func digit(_ byte: UInt8) -> Int? {
    (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
  }
}
