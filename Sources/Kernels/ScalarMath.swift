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
    let fraction = 2 * s + 2 * s * square * logarithmSeries(square)
    // ln 2 in two parts: the high one has 32 zero bits at its end, so its multiples are exact.
    return exponent * 0x1.62e42feep-1 + (fraction + exponent * 0x1.a39ef35793c76p-33)
  }

  /// (artanh(s) / s - 1) / s^2 by s^2. Written out, so that no quotient is left to compute.
  private static func logarithmSeries(_ square: Double) -> Double {
    var series = 1.0 / 23
    series = series * square + 1.0 / 21
    series = series * square + 1.0 / 19
    series = series * square + 1.0 / 17
    series = series * square + 1.0 / 15
    series = series * square + 1.0 / 13
    series = series * square + 1.0 / 11
    series = series * square + 1.0 / 9
    series = series * square + 1.0 / 7
    series = series * square + 1.0 / 5
    return series * square + 1.0 / 3
  }

  /// e to the power of x, to about one unit in the last place: 0 where it is smaller than every
  /// positive number, infinite where it exceeds every finite one.
  ///
  /// x = k ln 2 + r with |r| at most ln 2 / 2; exp(r) as its series, of which the terms left out
  /// are below 2^-57.
  package static func exp(_ x: Double) -> Double {
    guard x < 710 else { return x.isNaN ? x : .infinity }
    guard x > -746 else { return x.isNaN ? x : 0 }
    // So large a number has no places after the point: adding it rounds to a whole number, in
    // arithmetic alone.
    let exponent = (x * 0x1.71547652b82fep0 + 0x1.8p52) - 0x1.8p52
    let rest = (x - exponent * 0x1.62e42feep-1) - exponent * 0x1.a39ef35793c76p-33
    let power = 1 + (rest + rest * rest * exponentialSeries(rest))
    // In two steps: 2^k itself may lie outside the range of a number.
    let half = Int(exponent) / 2
    return power * powerOfTwo(half) * powerOfTwo(Int(exponent) - half)
  }

  /// (exp(r) - 1 - r) / r^2.
  private static func exponentialSeries(_ r: Double) -> Double {
    var series = 1.0 / 6_227_020_800
    series = series * r + 1.0 / 479_001_600
    series = series * r + 1.0 / 39_916_800
    series = series * r + 1.0 / 3_628_800
    series = series * r + 1.0 / 362_880
    series = series * r + 1.0 / 40_320
    series = series * r + 1.0 / 5_040
    series = series * r + 1.0 / 720
    series = series * r + 1.0 / 120
    series = series * r + 1.0 / 24
    series = series * r + 1.0 / 6
    return series * r + 0.5
  }

  /// - Parameter exponent: of a normal number.
  private static func powerOfTwo(_ exponent: Int) -> Double {
    Double(bitPattern: UInt64(exponent + 1023) << 52)
  }
}
