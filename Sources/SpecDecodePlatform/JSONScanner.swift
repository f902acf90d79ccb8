/// Where JSON text is not what its reader expects.
package struct JSONFault: Error, Equatable, Sendable {
  /// The first byte that does not fit.
  package let position: Int
  /// What stands there.
  package let found: String
  /// What should.
  package let expected: String
}

/// Steps through JSON text in UTF-8, byte by byte.
///
/// Foundation's readers gather the keys of an object in a dictionary, which keeps one of two equal
/// keys silently, and `String` takes canonically equivalent keys as equal. Here every key is seen.
/// Nothing recurses. Integers are digits only: no fraction, exponent or leading zero. Strings are
/// valid UTF-8, and everything outside strings is ASCII.
package struct JSONScanner {
  package let bytes: [UInt8]
  /// The next byte to look at.
  package private(set) var position: Int

  /// What the bytes are, for a message.
  private let name: String

  /// Reads `bytes` from `start` on.
  ///
  /// - Parameter name: what the bytes are, for a message: "the header".
  package init(bytes: [UInt8], from start: Int = 0, name: String = "the text") {
    self.bytes = bytes
    self.name = name
    position = start
  }

  /// Reads the key of the next member of an object and the colon after it; nil after the last.
  ///
  /// - Parameter isFirst: whether the object's opening brace is what comes next.
  package mutating func key(isFirst: Bool) throws(JSONFault) -> String? {
    if isFirst {
      try expect(UInt8(ascii: "{"))
      skipWhitespace()
      if take(UInt8(ascii: "}")) { return nil }
    } else {
      skipWhitespace()
      guard take(UInt8(ascii: ",")) else {
        try expect(UInt8(ascii: "}"))
        return nil
      }
      skipWhitespace()
    }
    let key = try string()
    skipWhitespace()
    try expect(UInt8(ascii: ":"))
    skipWhitespace()
    return key
  }

  /// Reads a non-negative integer that fits.
  package mutating func integer() throws(JSONFault) -> Int {
    let start = position
    var value = 0
    while position < bytes.count, let digit = Self.digit(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, overflowToo) = tens.addingReportingOverflow(digit)
      guard !overflow, !overflowToo else {
        throw fault(found: "an integer over \(Int.max)", expected: "one that fits")
      }
      value = next
      position += 1
    }
    guard position > start else { throw fault(expected: "a non-negative integer") }
    guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw fault(found: "an integer with a leading zero", expected: "one without")
    }
    return value
  }

  /// Reads a string with its escapes resolved.
  package mutating func string() throws(JSONFault) -> String {
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
        throw fault(expected: "the rest of a string")
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

  /// Takes a byte that must come next.
  package mutating func expect(_ byte: UInt8) throws(JSONFault) {
    guard take(byte) else { throw fault(expected: quoted(String(Unicode.Scalar(byte)))) }
  }

  /// Takes a byte if it comes next.
  package mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Goes on to what is no white space.
  package mutating func skipWhitespace() {
    while position < bytes.count, Self.isWhitespace(bytes[position]) { position += 1 }
  }

  /// What is wrong here.
  ///
  /// - Parameter found: the byte that comes next when nil.
  package func fault(found: String? = nil, expected: String) -> JSONFault {
    JSONFault(position: position, found: found ?? next, expected: expected)
  }

  private var next: String {
    guard position < bytes.count else { return "\(name)'s end" }
    let byte = bytes[position]
    return (0x20..<0x7F).contains(byte)
      ? quoted(String(Unicode.Scalar(byte))) : "byte 0x" + String(byte, radix: 16)
  }

  private func text(_ utf8: ArraySlice<UInt8>) throws(JSONFault) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw fault(found: "a string that is not UTF-8", expected: "valid UTF-8")
    }
    return text
  }
}
