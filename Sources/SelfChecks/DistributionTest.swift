package import Reporting

/// A chi-square test that is made again with new numbers when it fails, and fails when both do.
///
/// Twice at a level of one in thousands is a false alarm once in millions, and of such a level the
/// chi-square distribution tells the truth; far out in its tail it does not, where few are expected
/// in a cell.
package struct DistributionTest: Sendable, Equatable {
  /// What was tested.
  package let label: String
  /// How often was drawn, each time.
  package let samples: Int
  /// Cells less one.
  package let degreesOfFreedom: Int
  /// The statistic may be so large.
  package let limit: Double
  /// The statistic; infinite, null in JSON, when something was drawn that cannot be.
  package let statistic: Double
  /// The statistic of the second time; nil when there was no need of one.
  package let repeatedStatistic: Double?
  /// A distribution whose cells are off by so much in total variation, half of the sum of
  /// |p' - p|, fails 99 times in 100; nil when there is but one cell.
  package let detectableTotalVariation: Double?
  /// Whether the draws have the distribution.
  package let holds: Bool

  /// The level of each of the two tests, so that with so many of them the chance of any false alarm
  /// is at most the given one (Bonferroni).
  package static func level(falseAlarm: Double, tests: Int) -> Double {
    (falseAlarm / Double(max(tests, 1))).squareRoot()
  }

  /// Tests.
  ///
  /// - Parameters:
  ///   - level: of each time.
  ///   - probabilities: of each cell; their sum is 1.
  ///   - draw: how often each cell came, the first time and the second, which share no numbers.
  package init(
    label: String, level: Double, probabilities: [Double], draw: (_ time: Int) throws -> [Int]
  ) rethrows {
    let counts = try draw(0)
    let first = ChiSquare(counts: counts, probabilities: probabilities)
    var second: ChiSquare?
    if !first.holds(at: level) {
      second = ChiSquare(counts: try draw(1), probabilities: probabilities)
    }
    self.label = label
    samples = counts.reduce(0, +)
    degreesOfFreedom = first.degreesOfFreedom
    limit = first.limit(at: level)
    statistic = first.statistic
    repeatedStatistic = second?.statistic
    detectableTotalVariation =
      ChiSquarePower(
        samples: samples, degreesOfFreedom: first.degreesOfFreedom, level: level
      ).detectableTotalVariation
    holds = second?.holds(at: level) ?? true
  }

  /// The failure in words.
  var failure: String {
    let text = NumberText.fixed(repeatedStatistic ?? statistic, digits: 1)
    return "\(label): chi-square \(text) with \(degreesOfFreedom) degrees of freedom, "
      + "limit \(NumberText.fixed(limit, digits: 1)), the second time in \(samples) draws each"
  }
}

extension DistributionTest: ReportObject {
  /// Writes every key; null where it does not apply.
  package var fields: [Field] {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    return [
      ("label", label), ("samples", samples), ("degrees_of_freedom", degreesOfFreedom),
      ("limit", limit), ("statistic", finite(statistic)),
      ("repeated_statistic", finite(repeatedStatistic)),
      ("detectable_total_variation", detectableTotalVariation), ("holds", holds),
    ]
  }
}
