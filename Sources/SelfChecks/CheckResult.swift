package import Reporting

/// How a check went.
package struct CheckResult: Sendable, Equatable, ReportObject {
  /// A word for the check.
  package let name: String
  /// What holds when it passes.
  package let title: String
  /// Whether it does: something was compared, and all of it held.
  package let passed: Bool
  /// How many comparisons were made.
  package let comparisons: Int
  /// How many of them did not hold.
  package let failedComparisons: Int
  /// The first failures in words.
  package let details: [String]
  /// What to do; nil when the check passed.
  package let remedy: String?
  /// The tests of distributions that it made.
  package let tests: [DistributionTest]
  /// How long it took.
  package let seconds: Double

  init(_ check: SelfCheck, _ record: CheckRecord, seconds: Double) {
    name = check.name
    title = check.title
    passed = record.failures == 0 && record.comparisons > 0
    comparisons = record.comparisons
    failedComparisons = record.failures
    details = record.details
    remedy = passed ? nil : check.remedy
    tests = record.tests
    self.seconds = seconds
  }

  /// Writes every key; null where it does not apply.
  package var fields: [Field] {
    [
      ("name", name), ("title", title), ("passed", passed), ("comparisons", comparisons),
      ("failed_comparisons", failedComparisons), ("details", details), ("remedy", remedy),
      ("tests", tests), ("seconds", seconds),
    ]
  }
}
