import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct ScalarMathTests {
  @Test func `log is within 2 units in the last place of the C library's over all exponents`() {
    var generator = SeededGenerator(seed: 13)
    for exponent in stride(from: -1022, through: 1023, by: 1) {
      let significand = Double.random(in: 1..<2, using: &generator)
      expectClose(Double(sign: .plus, exponent: exponent, significand: significand))
    }
  }

  @Test func `log is within 2 units in the last place of the C library's near 1`() {
    for shift in 1...52 {
      let distance = Double(sign: .plus, exponent: -shift, significand: 1)
      expectClose(1 + distance)
      expectClose(1 - distance / 2)
    }
    for step in 0...4000 { expectClose(0.5 + Double(step) * 0x1p-11) }
  }

  @Test(
    arguments: [
      0x1p-53, Double(1).nextDown, .leastNormalMagnitude, .greatestFiniteMagnitude, 10,
      1.4142135623730949, 1.4142135623730951, 0.7071067811865475, 0.7071067811865476,
    ])
  func `log is within 2 units in the last place of the C library's at the edges`(x: Double) {
    expectClose(x)
    expectClose(x.nextUp.isFinite ? x.nextUp : x)
  }

  @Test func `log of 1 is 0`() {
    #expect(ScalarMath.log(1) == 0)
  }

  @Test func `log of a power of two is exact to the last place`() {
    for exponent in -1022...1023 where exponent != 0 {
      expectClose(Double(sign: .plus, exponent: exponent, significand: 1))
    }
  }
}

private func expectClose(_ x: Double, sourceLocation: SourceLocation = #_sourceLocation) {
  let exact = Foundation.log(x)
  #expect(
    abs(ScalarMath.log(x) - exact) <= 2 * exact.ulp, "log(\(x))", sourceLocation: sourceLocation)
}
