import Foundation
import SpeculativeDecoding

/// What became of a configuration from one benchmark to another.
package struct ConfigurationChange: Sendable, Equatable, ReportObject {
  /// What an interval says about a change.
  package enum Verdict: String, Sendable, Codable {
    /// The interval of the change lies above none.
    case faster
    /// It lies below none.
    case slower
    /// It holds no change: there may be one either way, as far as the interval goes.
    case undecided
    /// There are too few prompts in common to tell.
    case unknown
  }

  /// A ratio, the second benchmark's over the first's, with its 95 % interval over prompts.
  package struct Ratio: Sendable, Equatable, Encodable {
    /// The geometric mean over prompts of the ratio of both.
    package let ratio: Double
    /// Where it might be; nil for a single prompt.
    package let interval: Interval?

    /// What the interval says.
    package var verdict: Verdict {
      guard let interval else { return .unknown }
      return interval.lower > 1 ? .faster : interval.upper < 1 ? .slower : .undecided
    }

    /// From the logarithms of the prompts' ratios; nil for none.
    init?(logarithms: [Double], bootstrap: Bootstrap) {
      guard !logarithms.isEmpty else { return nil }
      ratio = exp(logarithms.reduce(0, +) / Double(logarithms.count))
      interval = bootstrap.meanInterval(logarithms).map {
        Interval(lower: exp($0.lower), upper: exp($0.upper))
      }
    }
  }

  /// The configuration's name in the first benchmark.
  package let name: String
  /// Prompts that both measured.
  package let prompts: Int
  /// The speedup in the first and in the second, over the prompts that both measured.
  package let speedups: [SpeedupSummary?]
  /// The change of the speedup. Each speedup was measured against plain decoding in the same run,
  /// so how fast the machine was cancels out.
  package let speedup: Ratio?
  /// The change of the decoding speed. The machine's state is in it.
  package let speed: Ratio?
  /// The acceptance rate in the first and in the second.
  package let acceptance: [Double?]
  /// Bytes a round, the mean acceptance length, in the first and in the second.
  package let meanAcceptanceLength: [Double?]

  /// What is told: by the speedup; of plain decoding, which has none, by the speed.
  package var verdict: Verdict { (speedup ?? speed)?.verdict ?? .unknown }

  /// Writes the change, and the speedups themselves as ratios.
  package var fields: [Field] {
    [
      ("name", name),
      ("prompts", prompts),
      ("speedup", speedup),
      ("speed", speed),
      ("acceptance", acceptance),
      ("mean_acceptance_length", meanAcceptanceLength),
      ("verdict", verdict),
      ("speedup_ratios", speedups.map { $0?.ratio }),
    ]
  }
}

extension ConfigurationChange {
  /// Compares two configurations over the prompts that both benchmarks have.
  init(
    _ first: (run: ReportedRun, summary: ConfigurationSummary),
    _ second: (run: ReportedRun, summary: ConfigurationSummary), seed: UInt64
  ) {
    func logarithms(
      _ value: (ReportedRun, ConfigurationSummary) -> [Data: Double]
    ) -> [Double] {
      let old = value(first.run, first.summary)
      let new = value(second.run, second.summary)
      return old.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { prompt in
        guard let before = old[prompt], let after = new[prompt] else { return nil }
        let ratio = log(after / before)
        return ratio.isFinite ? ratio : nil
      }
    }
    let speedups = logarithms { $0.speedups($1) }
    let speeds = logarithms { $0.speeds($1) }
    name = first.summary.configuration.name
    prompts = speeds.count
    self.speedups = [first.summary.overall.speedup, second.summary.overall.speedup]
    speedup = Ratio(
      logarithms: speedups, bootstrap: Bootstrap(unitCount: speedups.count, seed: seed))
    speed = Ratio(logarithms: speeds, bootstrap: Bootstrap(unitCount: speeds.count, seed: seed))
    acceptance = [first, second].map { $0.summary.overall.rounds?.counts.acceptanceRate }
    meanAcceptanceLength = [first, second].map {
      $0.summary.overall.rounds?.counts.meanAcceptanceLength
    }
  }
}

extension ReportedRun {
  /// The speedup on each prompt, by the prompt's bytes.
  fileprivate func speedups(_ summary: ConfigurationSummary) -> [Data: Double] {
    let ratios = summary.overall.speedup?.prompts ?? []
    return byBytes(Dictionary(ratios.map { ($0.prompt, $0.ratio) }) { first, _ in first })
  }

  /// Bytes a second on each prompt: the median over repetitions, by the prompt's bytes.
  fileprivate func speeds(_ summary: ConfigurationSummary) -> [Data: Double] {
    let own = file.samples.filter { $0.configuration == summary.configuration.id }
    let seconds = Dictionary(grouping: own, by: \.prompt).compactMapValues {
      BenchmarkPair.secondsAByte($0, \.decoding)
    }
    return byBytes(seconds.mapValues { 1 / $0 })
  }

  private func byBytes(_ values: [Int: Double]) -> [Data: Double] {
    let pairs = file.prompts.compactMap { prompt in values[prompt.index].map { (prompt.bytes, $0) }
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
