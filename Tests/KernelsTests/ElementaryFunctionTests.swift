import Foundation
import Kernels
import Testing

/// Values over all magnitudes, and the edges.
private let sweep: [Float] =
  stride(from: UInt32(0), to: .max, by: 2_000_003).map { Float(bitPattern: $0) }
  .filter { !$0.isNaN }
  + [0, -0.0, .infinity, -.infinity, -86, 88, 88.375, -88.375, .leastNonzeroMagnitude]
  + [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, Float(-86).nextDown]

/// Values where the functions are neither 0, nor linear, nor infinite.
private let middle = stride(from: Float(-86), through: 88.375, by: 0.0423).map { $0 }

@Suite struct ElementaryFunctionTests {
  @Test(arguments: InstructionSet.available, [0, 1, 15, 16, 17, 33])
  func `every path gives the reference's bits for any count`(
    instructionSet: InstructionSet, count: Int
  ) {
    let values = Array(sweep.filter { $0 > -.infinity }.prefix(count))
    #expect(instructionSet.exp(values).bits == InstructionSet.scalar.exp(values).bits)
    #expect(instructionSet.silu(values).bits == InstructionSet.scalar.silu(values).bits)
    #expect(instructionSet.exp2(values).bits == InstructionSet.scalar.exp2(values).bits)
  }

  @Test(arguments: InstructionSet.available)
  func `every path gives the reference's bits for values of all magnitudes`(
    instructionSet: InstructionSet
  ) {
    let values = sweep + middle
    #expect(instructionSet.exp(values).bits == InstructionSet.scalar.exp(values).bits)
    #expect(softplus(values, instructionSet).bits == softplus(values, .scalar).bits)
    let nonpositive = values.filter { $0 <= 0 } + [.nan]
    #expect(instructionSet.exp2(nonpositive).bits == InstructionSet.scalar.exp2(nonpositive).bits)
    let aboveMinusInfinity = values.filter { $0 > -.infinity }
    #expect(
      instructionSet.silu(aboveMinusInfinity).bits
        == InstructionSet.scalar.silu(aboveMinusInfinity).bits)
  }

  /// With u = 2^-24, half a unit in the last place of 1, and p = exp(r) in [0.7, 1.42] before the
  /// exact multiplication by 2^n: the last sum rounds by u at most, p - 1 by u / 4, the reduced
  /// argument is off by u / 3, the polynomial by u / 80, its roundings by u / 8. That is 1.8 u;
  /// where p is below 1 the last sum rounds by u / 2, which leaves 1.3 u / 0.7. So below 2 u.
  @Test func `exp is within 2^-23 of the true value, relatively`() {
    for (x, y) in zip(middle, InstructionSet.scalar.exp(middle)) {
      let exact = Foundation.exp(Double(x))
      #expect(abs(Double(y) - exact) <= 2 * 0x1p-24 * exact, "exp(\(x))")
    }
  }

  /// With u = 2^-24 and p = 2^r in [0.7, 1.42]: the last sum rounds by u at most, the polynomial is
  /// off by 1.6 u, its roundings by u / 4; where p is below 1 the last sum rounds by u / 2.
  @Test func `exp2 is within 3 units of 2^-24 of the true value, relatively, for x <= 0`() {
    let values = stride(from: Float(-125), through: 0, by: 0.0117).map { $0 }
    for (x, y) in zip(values, InstructionSet.scalar.exp2(values)) {
      let exact = Foundation.exp2(Double(x))
      #expect(abs(Double(y) - exact) <= 3 * 0x1p-24 * exact, "exp2(\(x))")
    }
  }

  @Test func `exp2 keeps its lowest value below -125 and is 1 at zero`() {
    let low: [Float] = [-125, Float(-125).nextDown, -126.5, -1e30, -.infinity, .nan]
    #expect(InstructionSet.scalar.exp2(low) == Array(repeating: 0x1p-125, count: 6))
    #expect(
      InstructionSet.scalar.exp2([0, -0.0, -.leastNonzeroMagnitude, -1e-30]) == [1, 1, 1, 1])
    #expect(InstructionSet.scalar.exp2([-1, -2, -124]) == [0.5, 0.25, 0x1p-124])
  }

  @Test func `exp is zero below -86 and infinite above 88.375`() {
    let values: [Float] = [
      -.infinity, -1e30, Float(-86).nextDown, Float(88.375).nextUp, 1e30, .infinity,
    ]
    #expect(
      InstructionSet.scalar.exp(values).bits == [0, 0, 0, .infinity, .infinity, .infinity].bits)
    #expect(
      InstructionSet.scalar.exp([0, -0.0, .leastNonzeroMagnitude, -1e-30]) == [1, 1, 1, 1])
    #expect(InstructionSet.scalar.exp([-86, 88.375]).allSatisfy { $0.isNormal })
  }

  /// e = exp(-|x|) is off by 2 u (above); s = e / (2 + e) passes that on and rounds twice: 4 u,
  /// which 2 artanh(s) makes 4.4 u. Its series is off by 0.3 u, the roundings in it by 0.2 u, the
  /// last multiply-add and the sum with x by u each: less than 8 u. Below -86 the result is zero,
  /// which is off by less than exp(-86) < 4.6e-38.
  @Test func `softplus is within 2^-21 of the true value, relatively`() {
    let values = (sweep + middle).filter { $0.isFinite }
    for (x, y) in zip(values, softplus(values, .scalar)) {
      let exact = max(Double(x), 0) + log1p(Foundation.exp(-abs(Double(x))))
      #expect(abs(Double(y) - exact) <= 8 * 0x1p-24 * exact + 4.6e-38, "softplus(\(x))")
    }
    #expect(softplus([.infinity, -.infinity], .scalar) == [.infinity, 0])
  }

  /// exp(-x) is off by 2 u, which its sum with 1 passes on; that sum and the quotient round by u
  /// each: 4 u. Below -88.375 the result is zero: off by less than 88.4 exp(-88.375) < 3.8e-37.
  @Test func `SiLU is within 2^-22 of the true value, relatively`() {
    let values = (sweep + middle).filter { $0.isFinite }
    for (x, y) in zip(values, InstructionSet.scalar.silu(values)) {
      let exact = Double(x) / (1 + Foundation.exp(-Double(x)))
      #expect(abs(Double(y) - exact) <= 4 * 0x1p-24 * abs(exact) + 3.8e-37, "silu(\(x))")
    }
    #expect(InstructionSet.scalar.silu([.infinity]) == [.infinity])
  }

  @Test(arguments: InstructionSet.available)
  func `NaN stays NaN`(instructionSet: InstructionSet) {
    let values = Array(repeating: Float.nan, count: 17) + [-Float.nan, .signalingNaN]
    #expect(instructionSet.exp(values).allSatisfy { $0.isNaN })
    #expect(instructionSet.silu(values).allSatisfy { $0.isNaN })
    #expect(softplus(values, instructionSet).allSatisfy { $0.isNaN })
  }

  @Test(arguments: InstructionSet.available, [1, 2, 3, 5])
  func `softplus takes any number of threads and positions and leaves the rest alone`(
    instructionSet: InstructionSet, size: Int
  ) {
    let team = WorkerTeam(size: size, instructionSet: instructionSet)
    var random = RandomFloats(seed: 5)
    let values = random.values(20 * 64, in: -20...20)
    let all = softplus(values, .scalar)
    for positions in [0, 1, 2, 3, 20] {
      let x = FloatBuffer(values)
      team.run { $0.softplus(x.rows(stride: 64), channels: 48, positions: positions) }
      let expected = values.indices.map {
        $0 / 64 < positions && $0 % 64 < 48 ? all[$0] : values[$0]
      }
      #expect(x.bits == expected.bits)
    }
  }
}

private func softplus(_ values: [Float], _ instructionSet: InstructionSet) -> [Float] {
  let padded = FloatBuffer(values, count: paddedCount(values.count))
  WorkerTeam(size: 1, instructionSet: instructionSet).run {
    $0.softplus(padded.rows(stride: padded.count), channels: padded.count, positions: 1)
  }
  return Array(padded.values.prefix(values.count))
}
