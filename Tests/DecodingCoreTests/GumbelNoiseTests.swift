import DecodingCore
import Foundation
import Kernels
import Testing

@Suite struct GumbelNoiseTests {
  @Test(arguments: NoiseAnswer.all)
  func `noise is the known one of its seed, position and byte`(answer: NoiseAnswer) {
    var noise = GumbelNoise(seed: answer.seed)
    let gumbel = noise.gumbel(at: answer.position, byte: answer.byte)
    #expect(gumbel.bitPattern == answer.gumbel)
  }

  /// Every path, against a plain computation byte by byte.
  @Test(arguments: InstructionSet.available, [0, 1, 77, .max] as [UInt64])
  func `every path computes -log(-log u) of the generator's words, to the bit`(
    instructionSet: InstructionSet, seed: UInt64
  ) {
    var noise = GumbelNoise(seed: seed, instructionSet: instructionSet)
    for position: UInt64 in [0, 5, 1 << 40, .max] {
      let row = noise.row(at: position)
      let expected = (0..<256).map { byte in
        let uniform = Philox.uniform(
          seed: seed, position: position, index: UInt8(byte), stream: .noise)
        return -ScalarMath.log(-ScalarMath.log(uniform))
      }
      #expect((0..<256).allSatisfy { noise[row, $0].bitPattern == expected[$0].bitPattern })
    }
  }

  @Test func `a whole row hashes to the known answer`() {
    var noise = GumbelNoise(seed: (1 << 63) + 5)
    let row = noise.row(at: 1 << 32)
    // 64-bit FNV-1a over the 256 values in little-endian order.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in 0..<256 {
      let bits = noise[row, byte].bitPattern
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        hash = (hash ^ (bits >> shift & 255)) &* 0x100_0000_01B3
      }
    }
    #expect(hash == 0xE139_52A6_C00B_5983)
  }

  /// Each of the two logarithms is off by at most 2 units in its last place here and by less than
  /// 1 in the C library: the inner ones differ by 3 * 2^-52 relatively, which the outer logarithm
  /// turns into as much absolutely; the outer ones differ by 3 * 2^-52 relatively.
  @Test(arguments: [0, 1, 77] as [UInt64])
  func `noise is -log(-log u) to 1e-15`(seed: UInt64) {
    var noise = GumbelNoise(seed: seed)
    for position: UInt64 in [0, 5, 1 << 40] {
      for byte: UInt8 in 0...255 {
        let uniform = Philox.uniform(seed: seed, position: position, index: byte, stream: .noise)
        let exact = -log(-log(uniform))
        let gumbel = noise.gumbel(at: position, byte: byte)
        #expect(abs(gumbel - exact) <= 3 * 0x1p-52 * (1 + abs(exact)))
      }
    }
  }

  @Test(arguments: [0, 1, 77, .max] as [UInt64])
  func `the limit is above the noise, and for most bytes near it`(seed: UInt64) {
    var noise = GumbelNoise(seed: seed)
    var near = 0
    for position: UInt64 in 0..<200 {
      let row = noise.row(at: position)
      for byte in 0..<256 {
        let above = noise.limit(row: row, byte: byte) - noise[row, byte]
        #expect(above >= 0)
        near += above < 2 ? 1 : 0
      }
    }
    #expect(near > 200 * 256 * 8 / 10)
  }

  @Test func `rows that take turns in the same place are recomputed`() {
    var noise = GumbelNoise(seed: 3)
    for position: UInt64 in [3, 67, 3, 131, 64, 0, 128, 0, 67, UInt64.max, 63, 3] {
      var fresh = GumbelNoise(seed: 3)
      for byte: UInt8 in [0, 1, 128, 255] {
        #expect(noise.gumbel(at: position, byte: byte) == fresh.gumbel(at: position, byte: byte))
      }
    }
  }

  @Test func `neighbouring rows stay at hand together`() {
    var noise = GumbelNoise(seed: 4)
    let rows = (100..<164).map { noise.row(at: $0) }
    #expect(Set(rows).count == 64)
    for (position, row) in zip(UInt64(100)..., rows) {
      var fresh = GumbelNoise(seed: 4)
      #expect(noise[row, 17] == fresh.gumbel(at: position, byte: 17))
    }
  }

  @Test func `no row repeats another`() {
    var firsts: Set<Double> = []
    for seed: UInt64 in [0, 1] {
      var noise = GumbelNoise(seed: seed)
      for position: UInt64 in 0..<130 { firsts.insert(noise.gumbel(at: position, byte: 0)) }
    }
    #expect(firsts.count == 260)
  }
}
