import SpecDecodePlatform

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
  private static let continuation = ByteSet(UTF8Sequence.continuation)

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
    } else if let sequence = UTF8Sequence(first: byte), sequence.length > 1 {
      (remaining, allowed) = (sequence.length - 1, ByteSet(sequence.second))
    }
  }
}
