import DecodingCore
import Testing

@Suite struct PhiloxTests {
  /// The vectors that Random123 publishes for philox4x32-10.
  @Test func `the published known answers`() {
    let zeros = Philox.words(counter: .zero, key: .zero)
    #expect(zeros == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let ones = Philox.words(
      counter: SIMD4(repeating: 0xFFFF_FFFF), key: SIMD2(repeating: 0xFFFF_FFFF))
    #expect(ones == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = Philox.words(
      counter: SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      key: SIMD2(0xA409_3822, 0x299F_31D0))
    #expect(pi == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test(arguments: NoiseAnswer.all)
  func `a uniform number is the known one of its seed, position and byte`(answer: NoiseAnswer) {
    let uniform = Philox.uniform(
      seed: answer.seed, position: answer.position, index: answer.byte, stream: .noise)
    #expect(uniform.bitPattern == answer.uniform)
    let pair = Philox.uniforms(
      seed: answer.seed, position: answer.position, pair: UInt32(answer.byte / 2), stream: .noise)
    #expect((answer.byte % 2 == 0 ? pair.0 : pair.1) == uniform)
  }

  @Test(
    arguments: [
      (Philox.Stream.draft, 0x3FE2_7392_E299_58AB, 0x3FD2_D80F_7B2C_8A72),
      (.accept, 0x3FE6_C64F_F23B_1AFD, 0x3FE2_81B6_68C0_B9C7),
      (.residual, 0x3FEC_0D36_44D0_64E7, 0x3FC2_CFEA_BD4C_31EC),
    ] as [(Philox.Stream, UInt64, UInt64)])
  func `each stream gives its own known numbers`(
    stream: Philox.Stream, first: UInt64, last: UInt64
  ) {
    let uniforms = [0, 255].map {
      Philox.uniform(seed: 1, position: 1 << 32, index: $0, stream: stream).bitPattern
    }
    #expect(uniforms == [first, last])
  }

  @Test func `no number repeats over seeds, positions, bytes and streams`() {
    var seen: Set<UInt64> = []
    for seed: UInt64 in [0, 1, 1 << 32, 1 << 63] {
      for position: UInt64 in [0, 1, 64, 1 << 32, 1 << 63] {
        for stream in [Philox.Stream.noise, .draft, .accept, .residual] {
          for index: UInt8 in [0, 1, 2, 254, 255] {
            seen.insert(
              Philox.uniform(seed: seed, position: position, index: index, stream: stream)
                .bitPattern)
          }
        }
      }
    }
    #expect(seen.count == 4 * 5 * 4 * 5)
  }

  @Test func `uniform numbers are odd multiples of 2^-53 between 0 and 1, with mean one half`() {
    var sum = 0.0
    for position: UInt64 in 0..<500 {
      for index: UInt8 in [0, 1] {
        let uniform = Philox.uniform(seed: 9, position: position, index: index, stream: .noise)
        #expect(uniform > 0 && uniform < 1)
        #expect((uniform * 0x1p53).truncatingRemainder(dividingBy: 2) == 1)
        sum += uniform
      }
    }
    // The mean of 1000 has standard deviation 1 / sqrt(12000) = 0.0091; 4 of them.
    #expect(abs(sum / 1000 - 0.5) < 0.037)
  }
}
