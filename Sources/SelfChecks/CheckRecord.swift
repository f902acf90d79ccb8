/// What a check has found so far.
package final class CheckRecord {
  /// How many comparisons were made.
  package private(set) var comparisons = 0

  /// How many of them did not hold.
  package private(set) var failures = 0

  /// The first failures in words.
  package private(set) var details: [String] = []

  /// The tests of distributions, in order.
  package private(set) var tests: [DistributionTest] = []

  private static let detailLimit = 5
  private let progress: (Double) throws -> Void

  /// An empty record.
  ///
  /// - Parameter progress: told which share of the check is done, 0 to 1; ends it by throwing.
  package init(progress: @escaping (Double) throws -> Void = { _ in }) {
    self.progress = progress
  }

  /// Counts a comparison.
  func compare(_ holds: Bool, _ failure: @autoclosure () -> String) {
    comparisons += 1
    guard !holds else { return }
    failures += 1
    if details.count < Self.detailLimit { details.append(failure()) }
  }

  /// Counts a test of a distribution.
  func add(_ test: DistributionTest) {
    tests.append(test)
    compare(test.holds, test.failure)
  }

  /// Tells how far the check has come.
  func step(_ done: Int, of whole: Int) throws {
    try progress(whole > 0 ? min(Double(done) / Double(whole), 1) : 1)
  }
}
