package import Reporting

extension ChiSquare {
  /// What the statistic exceeds by chance once in a thousand times.
  package var limit: Double { limit(at: 0.001) }

  /// Whether the counts are as expected, by the test at one in a thousand.
  package var holds: Bool { holds(at: 0.001) }
}
