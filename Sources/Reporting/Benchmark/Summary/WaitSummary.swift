/// How long a reader waits for bytes, in seconds, over all samples together.
package struct WaitSummary: Sendable, Equatable, Encodable {
  /// From the start of a generation, prefill included, to its first bytes: the median and the value
  /// that 99 % stay below.
  package let firstByte: Pace?
  /// Between bytes, where the bytes of a round share the time since the round before; the first
  /// round is left out.
  package let betweenBytes: Pace?
  /// Between rounds, which is when bytes arrive.
  package let betweenRounds: Pace?

  /// A time that half of the cases, and one that 99 in 100 stay below.
  package struct Pace: Sendable, Equatable, Encodable {
    /// The median.
    package let p50: Double
    /// The quantile at 0.99.
    package let p99: Double

    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let sorted = values.sorted()
      p50 = Quantiles.quantile(0.5, of: sorted)
      p99 = Quantiles.quantile(0.99, of: sorted)
    }
  }

  /// Adds up samples.
  package init(_ samples: [BenchmarkSample]) {
    var first: [Double] = []
    var bytes: [Double] = []
    var gaps: [Double] = []
    for rounds in samples.map(\.rounds) {
      for (round, nanoseconds) in rounds.nanoseconds.enumerated() {
        let seconds = Double(nanoseconds) * 1e-9
        if round == 0 {
          first.append(seconds)
        } else {
          let count = min(rounds.byteCount(of: round), 1024)
          gaps.append(seconds)
          bytes += repeatElement(seconds / Double(max(count, 1)), count: count)
        }
      }
    }
    firstByte = Pace(first)
    betweenBytes = Pace(bytes)
    betweenRounds = Pace(gaps)
  }
}
