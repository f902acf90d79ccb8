import DecodingCore

/// Resamples of some units (prompts), and the intervals that they give: the same for the same seed.
///
/// Resample r draws unit floor(w n / 2^32) for j = 0 to n - 1, where w is word j mod 4 of
/// Philox4x32-10 with the seed as key and (r, floor(j / 4), 0, 4) as counter.
///
/// The interval is the expanded percentile interval (Hesterberg, "What teachers should know about
/// the bootstrap", The American Statistician 69, 2015): the plain percentile interval is too narrow
/// for few units, since a resample varies by (n - 1) / n of what a sample does and by a normal law
/// where Student's holds. Its ends are the quantiles at Phi(-t sqrt(n / (n - 1))) and 1 less that,
/// t being Student's 97.5 % point of n - 1 degrees of freedom. With it, 95 % intervals of ratios of
/// five to forty noisy prompts held the truth 92 to 94 times in 100, plain ones 83 to 94.
package struct Bootstrap: Sendable {
  /// Resamples that reports draw.
  package static let standardResamples = 10_000
  /// Which of the seed's sequences is used; those below belong to decoding.
  private static let stream: UInt32 = 4

  /// How many units there are.
  package let unitCount: Int
  private let key: SIMD2<UInt32>
  private let resamples: Int

  /// Resamples of some units; of fewer than 2 there are no intervals.
  package init(unitCount: Int, seed: UInt64, resamples: Int = Self.standardResamples) {
    precondition(unitCount >= 0 && resamples > 0)
    self.unitCount = unitCount
    self.resamples = resamples
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The 95 % intervals of ratios of two sums over the units, all from the same resamples; each is
  /// nil for fewer than 2 units, or when some resample has no ratio.
  ///
  /// The resamples are drawn anew for each call and one by one: all of them would take 40 kB a unit.
  package func intervals(_ ratios: [(above: [Double], below: [Double])]) -> [Interval?] {
    precondition(ratios.allSatisfy { $0.above.count == unitCount && $0.below.count == unitCount })
    guard unitCount >= 2 else { return ratios.map { _ in nil } }
    var values = ratios.map { _ in [Double]() }
    for resample in 0..<resamples {
      let units = units(of: resample)
      for (place, ratio) in ratios.enumerated() {
        var above = 0.0
        var below = 0.0
        for unit in units {
          above += ratio.above[unit]
          below += ratio.below[unit]
        }
        values[place].append(above / below)
      }
    }
    let tail = Self.tail(unitCount: unitCount)
    return values.map { values in
      guard values.allSatisfy(\.isFinite) else { return nil }
      let sorted = values.sorted()
      return Interval(
        lower: Quantiles.quantile(tail, of: sorted),
        upper: Quantiles.quantile(1 - tail, of: sorted))
    }
  }

  /// The interval of the ratio of two sums over the units.
  package func ratioInterval(_ above: [Double], _ below: [Double]) -> Interval? {
    intervals([(above, below)])[0]
  }

  /// The interval of the mean of a value of each unit.
  package func meanInterval(_ values: [Double]) -> Interval? {
    ratioInterval(values, values.map { _ in 1 })
  }

  private static func tail(unitCount: Int) -> Double {
    let count = Double(unitCount)
    let point = StudentDistribution(degreesOfFreedom: unitCount - 1).point(twoSided: 0.95)
    return NormalDistribution.below(-point * (count / (count - 1)).squareRoot())
  }

  /// The units of a resample, with repetitions.
  package func units(of resample: Int) -> [Int] {
    var units: [Int] = []
    units.reserveCapacity(unitCount)
    for block in 0..<(unitCount + 3) / 4 {
      let words = Philox.words(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: resample), UInt32(truncatingIfNeeded: block), 0, Self.stream),
        key: key)
      for word in 0..<min(4, unitCount - 4 * block) {
        units.append(Int((UInt64(words[word]) * UInt64(unitCount)) >> 32))
      }
    }
    return units
  }
}
