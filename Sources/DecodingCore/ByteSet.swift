/// A set of bytes.
package struct ByteSet: Sendable, Equatable {
  /// Bit b % 64 of word b / 64 is byte b.
  private var words: SIMD4<UInt64>

  /// No byte.
  package static let none = ByteSet(words: .zero)

  /// Every byte.
  package static let all = ByteSet(words: SIMD4(repeating: .max))

  private init(words: SIMD4<UInt64>) {
    self.words = words
  }

  /// The bytes of some ranges.
  package init(_ ranges: ClosedRange<UInt8>...) {
    words = .zero
    for range in ranges {
      for byte in range { insert(byte) }
    }
  }

  /// How many there are.
  package var count: Int {
    words[0].nonzeroBitCount + words[1].nonzeroBitCount + words[2].nonzeroBitCount
      + words[3].nonzeroBitCount
  }

  /// Whether a byte is in it.
  package func contains(_ byte: UInt8) -> Bool {
    words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
  }

  /// Adds a byte.
  package mutating func insert(_ byte: UInt8) {
    words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
  }

  /// Takes a byte out.
  package mutating func remove(_ byte: UInt8) {
    words[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63))
  }

  /// Calls `body` with each byte, in ascending order.
  package func forEach(_ body: (UInt8) -> Void) {
    for word in 0..<4 {
      var rest = words[word]
      while rest != 0 {
        body(UInt8(word * 64 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
  }
}
