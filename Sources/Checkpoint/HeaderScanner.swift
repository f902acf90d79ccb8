/// A strict reader of the small part of JSON that a safetensors header may hold.
///
/// Foundation's JSON readers keep one of two equal keys silently; here the second is an error. The
/// grammar has a fixed depth, so nothing recurses. Integers are digits only: no sign, fraction,
/// exponent or leading zero. Strings are valid UTF-8, and everything outside strings is ASCII.
struct HeaderScanner {
  private let bytes: [UInt8]
  private let file: String
  private var position: Int
  /// The tensor whose entry is being read; errors name it.
  private var tensor: String?

  /// Reads `bytes`, the start of `file`, from `start` on.
  init(bytes: [UInt8], from start: Int, file: String) {
    self.bytes = bytes
    self.file = file
    position = start
  }

  /// Reads an object and hands each key over when its value is next.
  mutating func object(
    _ member: (inout HeaderScanner, String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect(UInt8(ascii: "{"))
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return }
    var keys: Set<String> = []
    repeat {
      skipWhitespace()
      let key = try string()
      guard keys.insert(key).inserted else {
        throw malformed(found: "a second key \(quoted(key))", expected: "each key once")
      }
      skipWhitespace()
      try expect(UInt8(ascii: ":"))
      skipWhitespace()
      try member(&self, key)
      skipWhitespace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Reads an object as ``object(_:)`` does; errors inside it name `tensor`.
  mutating func object(
    ofTensor name: String,
    _ member: (inout HeaderScanner, String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    tensor = name
    try object(member)
    tensor = nil
  }

  /// Reads an array of integers.
  mutating func integers() throws(CheckpointError) -> [Int] {
    var result: [Int] = []
    try expect(UInt8(ascii: "["))
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return result }
    repeat {
      skipWhitespace()
      result.append(try integer())
      skipWhitespace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return result
  }

  /// Reads a non-negative integer that fits.
  private mutating func integer() throws(CheckpointError) -> Int {
    let start = position
    var value = 0
    while position < bytes.count, let digit = Self.digit(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, overflowToo) = tens.addingReportingOverflow(digit)
      guard !overflow, !overflowToo else {
        throw malformed(found: "an integer over \(Int.max)", expected: "one that fits")
      }
      value = next
      position += 1
    }
    guard position > start else {
      throw malformed(found: found, expected: "a non-negative integer")
    }
    guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw malformed(found: "an integer with a leading zero", expected: "one without")
    }
    return value
  }

  /// Reads a string with its escapes resolved.
  mutating func string() throws(CheckpointError) -> String {
    try expect(UInt8(ascii: "\""))
    let start = position
    while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      defer { position += 1 }
      return try text(bytes[start..<position])
    }
    var decoded = Array(bytes[start..<position])
    while !take(UInt8(ascii: "\"")) {
      guard position < bytes.count, bytes[position] >= 0x20 else {
        throw malformed(found: found, expected: "the rest of a string")
      }
      if take(UInt8(ascii: "\\")) {
        decoded += Array(String(try escape()).utf8)
      } else {
        decoded.append(bytes[position])
        position += 1
      }
    }
    return try text(decoded[...])
  }

  /// Checks that nothing follows but the spaces that the format allows as padding.
  mutating func end() throws(CheckpointError) {
    while take(UInt8(ascii: " ")) {}
    guard position == bytes.count else {
      throw malformed(found: found, expected: "spaces up to the header's end")
    }
  }
}

extension HeaderScanner {
  private func text(_ utf8: ArraySlice<UInt8>) throws(CheckpointError) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw malformed(found: "a string that is not UTF-8", expected: "valid UTF-8")
    }
    return text
  }

  /// Reads what follows a backslash.
  private mutating func escape() throws(CheckpointError) -> Unicode.Scalar {
    guard position < bytes.count else {
      throw malformed(found: found, expected: "an escape")
    }
    let letter = bytes[position]
    guard letter != UInt8(ascii: "u") else { return try unicodeEscape() }
    guard let scalar = Self.escapes[letter] else {
      throw malformed(found: found, expected: "an escape of JSON")
    }
    position += 1
    return scalar
  }

  /// Reads `uXXXX`, or two of them when the first is the upper half of a surrogate pair; two lower
  /// halves make a value beyond Unicode.
  private mutating func unicodeEscape() throws(CheckpointError) -> Unicode.Scalar {
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
    throw malformed(found: "half of a surrogate pair", expected: "both halves")
  }

  private mutating func codeUnit() throws(CheckpointError) -> UInt32 {
    try expect(UInt8(ascii: "u"))
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Self.hexadecimalDigit(bytes[position]) else {
        throw malformed(found: found, expected: "four hexadecimal digits")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private mutating func expect(_ byte: UInt8) throws(CheckpointError) {
    guard take(byte) else {
      throw malformed(found: found, expected: quoted(String(Unicode.Scalar(byte))))
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while position < bytes.count, Self.isWhitespace(bytes[position]) { position += 1 }
  }

  /// What stands at the position, for a message.
  private var found: String {
    guard position < bytes.count else { return "the header's end" }
    let byte = bytes[position]
    return (0x20..<0x7F).contains(byte)
      ? quoted(String(Unicode.Scalar(byte))) : "byte 0x" + String(byte, radix: 16)
  }

  private func malformed(found: String, expected: String) -> CheckpointError {
    let field = "byte \(position) of the file"
    guard let tensor else {
      return .malformedHeader(file: file, field: field, found: found, expected: expected)
    }
    return .malformedTensor(
      file: file, tensor: tensor, field: field, found: found, expected: expected)
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x41 + 10
    case 0x61...0x66: UInt32(byte) - 0x61 + 10
    default: nil
    }
  }
}
