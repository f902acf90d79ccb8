import Reporting

/// What a `DistributionTest` finds out.
struct ChiSquarePower {
  let samples: Int
  let degreesOfFreedom: Int
  /// Of each of its two times.
  let level: Double

  /// A distribution p' with half the sum of |p' - p| of t has a sum of (p' - p)^2 / p of at least
  /// 4 t^2 (Cauchy and Schwarz), so the statistic a noncentrality of at least 4 t^2 times the
  /// samples; it must exceed the limit both times.
  func chance(totalVariation t: Double) -> Double {
    let distribution = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom)
    let once = distribution.upperTail(
      distribution.point(upperTail: level), noncentrality: 4 * t * t * Double(samples))
    return once * once
  }

  /// The least total variation that is found 99 times in 100, rounded up to a thousandth; nil when
  /// there is nothing to find or too little to find it by.
  var detectableTotalVariation: Double? {
    guard degreesOfFreedom >= 1, samples > 0, chance(totalVariation: 1) >= 0.99 else { return nil }
    var (low, high) = (0, 1000)
    while high - low > 1 {
      let middle = (low + high) / 2
      if chance(totalVariation: Double(middle) / 1000) < 0.99 {
        low = middle
      } else {
        high = middle
      }
    }
    return Double(high) / 1000
  }
}
