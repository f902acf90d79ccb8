import SpeculativeDecoding

/// Configurations that differ in the length of the draft only, and the speedup that is predicted
/// for every length.
struct DraftLengthSweep {
  /// A configuration that was measured.
  struct Measured {
    /// The way of decoding.
    let configuration: BenchmarkConfiguration
    /// Tokens drafted a round, on average.
    let tokens: Double
    /// The speedup over all prompts.
    let speedup: SpeedupSummary
  }

  /// The configuration that all have in common, but for its length.
  let common: BenchmarkConfiguration
  /// Measured ones, by ascending tokens a round.
  let measured: [Measured]
  /// The speedup at each whole number of tokens, as far as windows were measured.
  let predicted: [(tokens: Int, speedup: Double)]

  private static let longest = 64

  /// All sweeps of a run, also those of one configuration.
  static func all(_ run: ReportedRun) -> [DraftLengthSweep] {
    var groups: [[ConfigurationSummary]] = []
    for (summary, _) in run.speculative {
      let place = groups.firstIndex {
        $0[0].configuration.ignoringLength == summary.configuration.ignoringLength
      }
      if let place { groups[place].append(summary) } else { groups.append([summary]) }
    }
    return groups.map { DraftLengthSweep($0, run: run) }
  }

  private init(_ summaries: [ConfigurationSummary], run: ReportedRun) {
    common = summaries[0].configuration
    measured = summaries.compactMap { summary in
      guard let speedup = summary.overall.speedup,
        let tokens = summary.overall.rounds?.counts.draftTokensPerRound
      else { return nil }
      return Measured(configuration: summary.configuration, tokens: tokens, speedup: speedup)
    }.sorted { $0.tokens < $1.tokens }
    predicted = Self.prediction(summaries, run: run)
  }

  /// From the configuration that compared bytes at the most places.
  private static func prediction(
    _ summaries: [ConfigurationSummary], run: ReportedRun
  ) -> [(tokens: Int, speedup: Double)] {
    let known = summaries.compactMap { summary -> (outlook: Outlook, bytesPerToken: Double)? in
      guard let outlook = run.outlook(of: summary.configuration),
        let rounds = summary.overall.rounds, rounds.counts.draftedTokens > 0
      else { return nil }
      return (outlook, Double(rounds.counts.draftedBytes) / Double(rounds.counts.draftedTokens))
    }
    let places = known.map { $0.outlook.acceptance.chances.count }
    guard let best = places.indices.max(by: { places[$0] < places[$1] }) else { return [] }
    let (outlook, bytesPerToken) = known[best]
    return SpeedupPrediction.byLength(
      upTo: longest, acceptance: outlook.acceptance, costs: outlook.costs,
      bytesPerToken: bytesPerToken
    ).map { ($0.tokens, $0.prediction.speedup) }
  }

  /// The length with the largest predicted speedup.
  var best: (tokens: Int, speedup: Double)? {
    predicted.max { $0.speedup < $1.speedup }
  }
}

extension BenchmarkConfiguration {
  /// The same with nothing in it that a sweep over lengths changes.
  fileprivate var ignoringLength: BenchmarkConfiguration {
    var copy = self
    copy.id = 0
    copy.name = ""
    copy.draftTokens = nil
    return copy
  }

  /// What all configurations of a sweep over lengths share, in words.
  func sweepName(in run: BenchmarkRun) -> String {
    var parts = [run.drafterName(drafter)]
    if let acceptance, acceptance != "exact" { parts.append(acceptance) }
    parts.append(temperature == 0 ? "greedy" : "T = \(temperature)")
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}
