import Reporting

/// Whether a benchmark has measured enough.
enum NarrowIntervals {
  /// Whether half of every interval is at most a share of its ratio. False while a configuration
  /// has no interval: a single prompt gives none.
  static func areNarrow(_ file: BenchmarkFile, target: Double) -> Bool {
    let compared = file.configurations.filter { $0.baseline != nil }
    return compared.allSatisfy { configuration in
      guard let speedup = BenchmarkSummary.speedup(of: configuration, in: file),
        let interval = speedup.interval
      else { return false }
      return interval.halfWidth <= target * speedup.ratio
    }
  }
}
