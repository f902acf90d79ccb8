/// What well-formed UTF-8 has after a first byte: table 3-7 of the Unicode standard, without
/// overlong forms, surrogates and values past U+10FFFF.
package struct UTF8Sequence: Sendable {
  /// The bytes of the scalar, the first one included.
  package let length: Int
  /// The second byte's values; those of every later byte are ``continuation``.
  package let second: ClosedRange<UInt8>

  /// The bytes that stand within a scalar.
  package static let continuation: ClosedRange<UInt8> = 0x80...0xBF

  /// The scalars that begin with a byte; nil when none does.
  package init?(first: UInt8) {
    switch first {
    case 0x00...0x7F: (length, second) = (1, Self.continuation)
    case 0xC2...0xDF: (length, second) = (2, Self.continuation)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, Self.continuation)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: (length, second) = (4, Self.continuation)
    default: return nil
    }
  }
}
