/// Elementary functions in double precision, made of operations that IEEE 754 rounds correctly:
/// the same bits on every machine, unlike the C library's.
package enum ScalarMath {
  /// The natural logarithm of a normal positive number, to about one unit in the last place.
  ///
  /// x = 2^k m with m in [sqrt(1/2), sqrt 2); log m = 2 artanh(s), s = (m - 1) / (m + 1), as its
  /// series: s^2 is at most 0.0295, so the terms left out are below 2^-55 of the sum.
  package static func log(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.4142135623730951 {
      mantissa *= 0.5
      exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var series = 1.0 / 23
    for divisor in stride(from: 21.0, through: 3, by: -2) {
      series = series * square + 1 / divisor
    }
    let fraction = 2 * s + 2 * s * square * series
    // ln 2 in two parts: the high one has 32 zero bits at its end, so its multiples are exact.
    return exponent * 0x1.62e42feep-1 + (fraction + exponent * 0x1.a39ef35793c76p-33)
  }
}
