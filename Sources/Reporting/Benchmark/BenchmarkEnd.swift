/// How a benchmark ended: the last line of its file. A file without it was cut off.
package struct BenchmarkEnd: Sendable, Equatable, Codable {
  /// Why no further repetition began.
  package enum Status: String, Sendable, Codable {
    /// Every interval was narrow enough.
    case interval
    /// The time was spent.
    case timeBudget = "time_budget"
    /// All repetitions were done.
    case repetitions
    /// The user ended it.
    case interrupted
  }

  /// Why it ended.
  package var status: Status
  /// Seconds from the start of the run.
  package var seconds: Double
  /// How many samples there are.
  package var samples: Int

  /// Collects the end.
  package init(status: Status, seconds: Double, samples: Int) {
    self.status = status
    self.seconds = seconds
    self.samples = samples
  }
}
