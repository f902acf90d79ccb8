/// The five numbers that say how some values are spread.
package struct Quantiles: Sendable, Equatable, Codable {
  /// The least value.
  package let minimum: Double
  /// A quarter of the values are at most this.
  package let lowerQuartile: Double
  /// Half of the values are at most this.
  package let median: Double
  /// Three quarters of the values are at most this.
  package let upperQuartile: Double
  /// The largest value.
  package let maximum: Double
  /// How many values there were.
  package let count: Int

  /// Nil for no values.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    minimum = Self.quantile(0, of: sorted)
    lowerQuartile = Self.quantile(0.25, of: sorted)
    median = Self.quantile(0.5, of: sorted)
    upperQuartile = Self.quantile(0.75, of: sorted)
    maximum = Self.quantile(1, of: sorted)
    count = sorted.count
  }

  /// The value below which a share of sorted values lies, by linear interpolation between the two
  /// nearest (definition 7 of Hyndman and Fan 1996).
  ///
  /// - Parameter sorted: at least one value, ascending.
  package static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = min(max(Int(place), 0), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }

  /// The middle of some values; nil for none.
  package static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : quantile(0.5, of: values.sorted())
  }
}

/// Halves a range some times, where a condition holds below a value and not above it.
///
/// - Returns: two ends that have the value between them.
func bisected(
  from low: Double, to high: Double, steps: Int, where isBelow: (Double) -> Bool
) -> (low: Double, high: Double) {
  var (low, high) = (low, high)
  for _ in 0..<steps {
    let middle = (low + high) / 2
    if isBelow(middle) { low = middle } else { high = middle }
  }
  return (low, high)
}

/// Two numbers between which a true value is expected.
package struct Interval: Sendable, Equatable, Codable {
  /// The lower end.
  package let lower: Double
  /// The upper end.
  package let upper: Double

  /// Joins two ends.
  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether a value lies between the ends, or is one of them.
  package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// Half the distance of the ends.
  package var halfWidth: Double { (upper - lower) / 2 }
}
