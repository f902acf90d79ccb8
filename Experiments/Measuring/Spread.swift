/// The middle half of some measurements.
package struct Spread: Sendable, Equatable, Encodable {
  /// Half of the values are at most this.
  package let median: Double
  /// A quarter of the values are at most this.
  package let lowerQuartile: Double
  /// Three quarters of the values are at most this.
  package let upperQuartile: Double
  /// How many values there were.
  package let count: Int

  /// The quantiles of at least one value, by linear interpolation between the two nearest.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty)
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    median = quantile(0.5)
    lowerQuartile = quantile(0.25)
    upperQuartile = quantile(0.75)
    count = sorted.count
  }
}
