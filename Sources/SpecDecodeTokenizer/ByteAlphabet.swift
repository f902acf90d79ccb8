/// The alphabet of GPT-2 (`bytes_to_unicode` in its encoder.py): one printable scalar a byte.
///
/// Printable Latin-1 bytes stand for themselves; the other 68 become U+0100 and up, in order.
struct ByteAlphabet {
  /// Byte -> scalar value. [256]
  let scalars: [UInt32]
  /// Scalar value -> byte, or -1. [324]
  private let bytes: [Int16]

  init() {
    var scalars: [UInt32] = []
    var bytes = [Int16](repeating: -1, count: 256 + 68)
    var next: UInt32 = 256
    for byte in UInt8.min...UInt8.max {
      switch byte {
      case 33...126, 161...172, 174...255:
        scalars.append(UInt32(byte))
      default:
        scalars.append(next)
        next += 1
      }
      bytes[Int(scalars[Int(byte)])] = Int16(byte)
    }
    self.scalars = scalars
    self.bytes = bytes
  }

  /// The bytes that a token's text stands for: letter by letter, or the text's own UTF-8 when a
  /// scalar is outside of the alphabet (the reference's rule; it reads added tokens with spaces).
  func bytes(of text: String) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard scalar.value < UInt32(bytes.count), bytes[Int(scalar.value)] >= 0 else {
        return Array(text.utf8)
      }
      result.append(UInt8(truncatingIfNeeded: bytes[Int(scalar.value)]))
    }
    return result
  }

  /// The UTF-8 text of the token that stands for one byte.
  func text(of byte: UInt8) -> [UInt8] {
    // Every scalar of the alphabet is below U+0800: one or two bytes of UTF-8.
    let value = scalars[Int(byte)]
    guard value >= 0x80 else { return [UInt8(value)] }
    return [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F)]
  }

  /// The UTF-8 text of the token that stands for these bytes.
  func text(of bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap(text(of:))
  }
}
