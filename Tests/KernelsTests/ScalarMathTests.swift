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

extension ScalarMathTests {
  @Test func `exp is within 2 units in the last place of the C library's over its range`() {
    for step in -7090...7097 {
      let x = Double(step) / 10 + 0.013
      expectCloseExponential(x)
    }
    for exponent in -60...6 {
      let x = Double(sign: .plus, exponent: exponent, significand: 1.37)
      expectCloseExponential(x)
      expectCloseExponential(-x)
    }
  }

  @Test func `exp of multiples of half of ln 2 is within 2 units in the last place`() {
    for multiple in -2000...2000 {
      let x = Double(multiple) * 0.34657359027997264
      expectCloseExponential(x.nextDown)
      expectCloseExponential(x)
      expectCloseExponential(x.nextUp)
    }
  }

  @Test(
    arguments: [
      (0, 1), (-0.0, 1), (-745.2, 0), (-1e300, 0), (-.infinity, 0), (709.8, .infinity),
      (1e300, .infinity), (.infinity, .infinity), (-745.1, .leastNonzeroMagnitude),
    ] as [(Double, Double)])
  func `exp at the edges`(x: Double, expected: Double) {
    #expect(ScalarMath.exp(x) == expected)
  }

  @Test func `exp of what is no number is none`() {
    #expect(ScalarMath.exp(.nan).isNaN)
  }
}

private func expectCloseExponential(
  _ x: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
  let exact = Foundation.exp(x)
  #expect(
    abs(ScalarMath.exp(x) - exact) <= 2 * exact.ulp, "exp(\(x))",
    sourceLocation: sourceLocation)
}

private func expectClose(_ x: Double, sourceLocation: SourceLocation = #_sourceLocation) {
  let exact = Foundation.log(x)
  #expect(
    abs(ScalarMath.log(x) - exact) <= 2 * exact.ulp, "log(\(x))", sourceLocation: sourceLocation)
}
