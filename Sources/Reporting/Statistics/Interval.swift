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
