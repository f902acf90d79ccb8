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
    let others = Dictionary(grouping: baseline, by: \.prompt)
    let pairs = indices.compactMap {
      BenchmarkPair(
        prompt: $0, baseline: others[$0, default: []], other: byPrompt[$0, default: []])
    }
    speedup = SpeedupSummary(pairs, bootstrap: bootstrap(pairs.count))
  }
}
