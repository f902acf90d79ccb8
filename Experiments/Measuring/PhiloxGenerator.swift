import DecodingCore

/// Philox as a sequence of words: equal seeds and streams give equal numbers on every machine.
package struct PhiloxGenerator: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let stream: UInt32
  private var counter: UInt64 = 0
  private var spare: UInt64?

  /// One of the independent sequences of a seed.
  package init(seed: UInt64, stream: UInt32) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.stream = stream
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let words = Philox.words(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), stream, 0),
      key: key)
    counter += 1
    spare = UInt64(words[3]) << 32 | UInt64(words[2])
    return UInt64(words[1]) << 32 | UInt64(words[0])
  }

  /// A uniform number between 0 and 1, neither of them.
  package mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }
}
