import Foundation

/// How much faster a configuration is than its baseline, over some prompts.
package struct SpeedupSummary: Sendable, Equatable, Encodable {
  /// The baseline's time over the configuration's, prefill out: each the sum over prompts of seconds
  /// a byte.
  package let ratio: Double
  /// The 95 % bootstrap interval of `ratio` over prompts; nil for a single prompt.
  package let interval: Interval?
  /// `ratio` with both prefills in.
  package let withPrefill: Double
  /// Its interval.
  package let withPrefillInterval: Interval?
  /// The geometric mean of the prompts' ratios.
  package let geometricMean: Double
  /// Its interval.
  package let geometricInterval: Interval?
  /// How the prompts' ratios are spread.
  package let spread: Quantiles
  /// The ratio of each prompt, by the prompt's index.
  package let prompts: [PromptRatio]

  /// The speedup of one prompt.
  package struct PromptRatio: Sendable, Equatable, Encodable {
    /// The prompt's index.
    package let prompt: Int
    /// The baseline's time over the configuration's.
    package let ratio: Double
  }

  /// Nil without pairs.
  init?(_ pairs: [BenchmarkPair], bootstrap: Bootstrap) {
    guard let spread = Quantiles(pairs.map(\.ratio)) else { return nil }
    func sum(_ part: KeyPath<BenchmarkPair, Double>) -> Double {
      pairs.reduce(0) { $0 + $1[keyPath: part] }
    }
    let logarithms = pairs.map { log($0.ratio) }
    self.spread = spread
    ratio = sum(\.baseline) / sum(\.other)
    withPrefill = sum(\.baselineTotal) / sum(\.otherTotal)
    geometricMean = exp(logarithms.reduce(0, +) / Double(pairs.count))
    let intervals = bootstrap.intervals([
      (pairs.map(\.baseline), pairs.map(\.other)),
      (pairs.map(\.baselineTotal), pairs.map(\.otherTotal)), (logarithms, pairs.map { _ in 1 }),
    ])
    interval = intervals[0]
    withPrefillInterval = intervals[1]
    geometricInterval = intervals[2].map { Interval(lower: exp($0.lower), upper: exp($0.upper)) }
    prompts = pairs.map { PromptRatio(prompt: $0.prompt, ratio: $0.ratio) }
  }
}

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

  /// The prompts of two configurations, in order.
  static func all(baseline: [BenchmarkSample], other: [BenchmarkSample]) -> [BenchmarkPair] {
    let baselines = Dictionary(grouping: baseline, by: \.prompt)
    let others = Dictionary(grouping: other, by: \.prompt)
    return others.keys.sorted().compactMap {
      BenchmarkPair(
        prompt: $0, baseline: baselines[$0, default: []], other: others[$0, default: []])
    }
  }

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
