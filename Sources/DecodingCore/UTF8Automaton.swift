/// Which bytes go on with well-formed UTF-8: the automaton of table 3-7 of the Unicode standard.
///
/// It knows no overlong forms, no surrogates and nothing above U+10FFFF, and it never comes to a
/// point from which a scalar could not be completed.
package struct UTF8Automaton: Sendable, Equatable {
  /// The bytes that may come next.
  package private(set) var allowed = Self.first

  /// How many bytes the scalar in progress still takes; 0 between two scalars.
  package private(set) var remaining = 0

  private static let first = ByteSet(0x00...0x7F, 0xC2...0xF4)
  private static let continuation = ByteSet(0x80...0xBF)
  private static let afterE0 = ByteSet(0xA0...0xBF)
  private static let afterED = ByteSet(0x80...0x9F)
  private static let afterF0 = ByteSet(0x90...0xBF)
  private static let afterF4 = ByteSet(0x80...0x8F)

  /// Between two scalars.
  package init() {}

  /// After a text, which need not be well-formed: a scalar that it ends in the middle of is gone
  /// on with.
  package init(after text: some BidirectionalCollection<UInt8>) {
    // No scalar of which a byte is missing has more than three.
    for byte in text.suffix(3) { append(byte) }
  }

  /// Takes note of a byte. One that is not allowed ends the scalar in progress.
  package mutating func append(_ byte: UInt8) {
    if !allowed.contains(byte) { self = UTF8Automaton() }
    if remaining > 0 {
      remaining -= 1
      allowed = remaining > 0 ? Self.continuation : Self.first
    } else {
      begin(with: byte)
    }
  }

  private mutating func begin(with byte: UInt8) {
    switch byte {
    case 0xC2...0xDF: (remaining, allowed) = (1, Self.continuation)
    case 0xE0: (remaining, allowed) = (2, Self.afterE0)
    case 0xED: (remaining, allowed) = (2, Self.afterED)
    case 0xE1...0xEF: (remaining, allowed) = (2, Self.continuation)
    case 0xF0: (remaining, allowed) = (3, Self.afterF0)
    case 0xF4: (remaining, allowed) = (3, Self.afterF4)
    case 0xF1...0xF3: (remaining, allowed) = (3, Self.continuation)
    default: break
    }
  }
}
