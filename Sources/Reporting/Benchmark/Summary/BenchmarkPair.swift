/// A prompt decoded with two configurations, all repetitions that both have.
///
/// Times are seconds a byte: medians over repetitions, which a disturbance of one does not move.
struct BenchmarkPair {
  let prompt: Int
  /// Decoding with the baseline, and with the other.
  let baseline: Double
  let other: Double
  /// The same with prefill.
  let baselineTotal: Double
  let otherTotal: Double

  /// Nil when no repetition has bytes and times of both.
  init?(prompt: Int, baseline: [BenchmarkSample], other: [BenchmarkSample]) {
    let repetitions = Set(baseline.map(\.repetition)).intersection(other.map(\.repetition))
    let first = baseline.filter { repetitions.contains($0.repetition) }
    let second = other.filter { repetitions.contains($0.repetition) }
    guard let slow = Self.secondsAByte(first, \.decoding),
      let fast = Self.secondsAByte(second, \.decoding),
      let slowTotal = Self.secondsAByte(first, \.total),
      let fastTotal = Self.secondsAByte(second, \.total)
    else { return nil }
    self.prompt = prompt
    self.baseline = slow
    self.other = fast
    baselineTotal = slowTotal
    otherTotal = fastTotal
  }

  /// The speedup of this prompt.
  var ratio: Double { baseline / other }

  /// The median over samples; nil when there is none above 0.
  static func secondsAByte(
    _ samples: [BenchmarkSample], _ part: KeyPath<TimingReport, Double>
  ) -> Double? {
    Quantiles.median(
      samples.filter { $0.outputBytes > 0 }
        .map { $0.timing[keyPath: part] / Double($0.outputBytes) }
    )
    .flatMap { $0 > 0 ? $0 : nil }
  }
}
