/// Philox4x32-10, a counter-based random number generator: every value is a pure function of key
/// and counter (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
package enum Philox {
  /// The independent sequences that one seed gives.
  package enum Stream: UInt32, Sendable {
    /// The noise shared by verifier and drafter.
    case noise = 0
    /// The drafter's own choices.
    case draft = 1
    /// The acceptance test of rejection sampling.
    case accept = 2
    /// The draw from the residual of rejection sampling.
    case residual = 3
  }

  /// Four random words.
  package static func words(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for round in 0..<10 {
      if round > 0 { key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let first = UInt64(counter[0]) * 0xD251_1F53
      let second = UInt64(counter[2]) * 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter[1] ^ key[0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter[3] ^ key[1],
        UInt32(truncatingIfNeeded: first))
    }
    return counter
  }

  /// The two uniform numbers of a pair of neighbouring bytes at a position: that of byte
  /// `2 * pair`, and that of byte `2 * pair + 1`.
  ///
  /// Each is (k + 1/2) / 2^52 with k from the upper 52 bits of two words, the first word low: so
  /// none is 0 or 1.
  package static func uniforms(
    seed: UInt64, position: UInt64, pair: UInt32, stream: Stream
  ) -> (Double, Double) {
    let words = words(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), pair,
        stream.rawValue),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return (uniform(low: words[0], high: words[1]), uniform(low: words[2], high: words[3]))
  }

  /// A uniform number in (0, 1).
  package static func uniform(
    seed: UInt64, position: UInt64, index: UInt8, stream: Stream
  ) -> Double {
    let pair = uniforms(
      seed: seed, position: position, pair: UInt32(index / 2), stream: stream)
    return index % 2 == 0 ? pair.0 : pair.1
  }

  private static func uniform(low: UInt32, high: UInt32) -> Double {
    let bits = (UInt64(high) << 32 | UInt64(low)) >> 12
    return (Double(bits) + 0.5) * 0x1p-52
  }
}
