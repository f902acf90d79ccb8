/// What a configuration came to over some prompts: all of them, or those of a category.
package struct GroupSummary: Sendable, Equatable, Encodable {
  /// The kind of text; nil for all prompts.
  package let category: String?
  /// Prompts with a sample.
  package let prompts: Int
  /// Samples.
  package let samples: Int
  /// Decoding speed, prefill out: prompts over the sum of their seconds a byte.
  package let bytesPerSecond: Double?
  /// Bytes of prompts over the time that both models took to consume them.
  package let prefillBytesPerSecond: Double?
  /// Against the baseline; nil for a baseline, and where outputs that may not differ do.
  package let speedup: SpeedupSummary?
  /// Whether it wrote the baseline's bytes; nil for a baseline.
  package let identity: IdentitySummary?
  /// What rounds did; nil for plain decoding.
  package let rounds: RoundSummary?
  /// How long a reader waits.
  package let waits: WaitSummary
  /// Where the time went: the sum over samples.
  package let timing: TimingReport

  init(
    category: String?, configuration: BenchmarkConfiguration, samples: [BenchmarkSample],
    baseline: [BenchmarkSample]?, bootstrap: (Int) -> Bootstrap
  ) {
    let byPrompt = Dictionary(grouping: samples, by: \.prompt)
    let indices = byPrompt.keys.sorted()
    let seconds = indices.compactMap {
      BenchmarkPair.secondsAByte(byPrompt[$0, default: []], \.decoding)
    }
    self.category = category
    prompts = indices.count
    self.samples = samples.count
    bytesPerSecond = seconds.isEmpty ? nil : Double(seconds.count) / seconds.reduce(0, +)
    timing = TimingReport(adding: samples.map(\.timing))
    let consumed = samples.reduce(0) { $0 + $1.promptBytes - 1 }
    prefillBytesPerSecond =
      consumed > 0 && timing.prefill > 0 ? Double(consumed) / timing.prefill : nil
    rounds = configuration.kind == .speculative ? RoundSummary(samples) : nil
    waits = WaitSummary(samples)
    guard let baseline else {
      identity = nil
      speedup = nil
      return
    }
    let identity = IdentitySummary(samples)
    self.identity = identity
    guard identity.differing == 0 || !configuration.promisesIdentity else {
      speedup = nil
      return
    }
    let pairs = BenchmarkPair.all(baseline: baseline, other: samples)
    speedup = SpeedupSummary(pairs, bootstrap: bootstrap(pairs.count))
  }
}

/// Whether a configuration wrote its baseline's bytes.
package struct IdentitySummary: Sendable, Equatable, Encodable {
  /// Samples that were compared.
  package let compared: Int
  /// Those that differ.
  package let differing: Int
  /// The first of those, in the order of the run.
  package let firstDifference: Difference?

  /// A sample that differs.
  package struct Difference: Sendable, Equatable, Encodable {
    /// The prompt's index.
    package let prompt: Int
    /// The repetition.
    package let repetition: Int
    /// The first byte that differs, from 0.
    package let byte: Int?
  }

  /// Whether every sample was the baseline's; nil when none was compared.
  package var isIdentical: Bool? { compared > 0 ? differing == 0 : nil }

  /// Counts samples.
  package init(_ samples: [BenchmarkSample]) {
    let differing = samples.filter { $0.identical == false }
    compared = samples.count { $0.identical != nil }
    self.differing = differing.count
    firstDifference = differing.min { $0.order < $1.order }.map {
      Difference(prompt: $0.prompt, repetition: $0.repetition, byte: $0.firstDifference)
    }
  }
}

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
