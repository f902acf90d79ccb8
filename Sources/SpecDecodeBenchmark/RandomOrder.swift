import DecodingCore

/// Orders that look random and are the same for the same seed.
enum RandomOrder {
  private static let stream: UInt32 = 5

  /// The places 0 to `count - 1`, shuffled.
  ///
  /// - Parameters:
  ///   - round: orders of different rounds are independent.
  ///   - part: so are those of different parts of a round.
  static func places(_ count: Int, seed: UInt64, round: Int, part: Int) -> [Int] {
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let words = (0..<count).map { place in
      Philox.words(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: round),
          UInt32(truncatingIfNeeded: part), stream), key: key)
    }
    func word(_ place: Int) -> UInt64 { UInt64(words[place][0]) << 32 | UInt64(words[place][1]) }
    return (0..<count).sorted { (word($0), $0) < (word($1), $1) }
  }
}
