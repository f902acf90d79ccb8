/// Bytes on the command line, of which some are hard to type.
enum EscapedBytes {
  /// What the escapes are, for messages and help.
  static let syntax = #"bytes, of which \n, \r, \t, \0, \\ and \xNN are escapes"#

  /// The bytes that a text with escapes stands for; nil when an escape is not known.
  static func parse(_ text: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = escaped(&rest) else { return nil }
      bytes.append(escaped)
    }
    return bytes
  }

  /// The byte of an escape whose backslash has been read.
  private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "0"): return 0x00
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    case UInt8(ascii: "x"):
      let digits = rest.prefix(2)
      rest = rest.dropFirst(2)
      guard digits.count == 2, !digits.contains(UInt8(ascii: "+")) else { return nil }
      return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    default: return nil
    }
  }
}
