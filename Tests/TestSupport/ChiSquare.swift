/// Pearson's test that counts come from a distribution.
package struct ChiSquare {
  /// The sum over cells of (count - expected)^2 / expected.
  package let statistic: Double

  /// Cells less one.
  package let degreesOfFreedom: Int

  /// Compares counts with probabilities of sum 1; cells of which less than 5 are expected are taken
  /// together.
  package init(counts: [Int], probabilities: [Double]) {
    precondition(counts.count == probabilities.count)
    let total = Double(counts.reduce(0, +))
    var sum = 0.0
    var cells = 0
    var rest = (count: 0.0, expected: 0.0)
    for (count, probability) in zip(counts, probabilities) {
      let expected = probability * total
      if expected < 5 {
        rest.count += Double(count)
        rest.expected += expected
      } else {
        sum += (Double(count) - expected) * (Double(count) - expected) / expected
        cells += 1
      }
    }
    if rest.expected > 0 {
      sum += (rest.count - rest.expected) * (rest.count - rest.expected) / rest.expected
      cells += 1
    } else if rest.count > 0 {
      sum = .infinity
    }
    statistic = sum
    degreesOfFreedom = cells - 1
  }

  /// What the statistic exceeds by chance once in a thousand times (Wilson and Hilferty's
  /// approximation; 3.0902 is the normal distribution's quantile).
  package var limit: Double {
    let degrees = Double(degreesOfFreedom)
    let root = 1 - 2 / (9 * degrees) + 3.0902 * (2 / (9 * degrees)).squareRoot()
    return degrees * root * root * root
  }

  /// Whether the counts are as expected, by the test at one in a thousand.
  package var holds: Bool { statistic < limit }
}
