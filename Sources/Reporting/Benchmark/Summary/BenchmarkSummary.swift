package import Foundation

/// All numbers of a benchmark: schema `specdecode.bench-summary/2`. Computed from records alone, so
/// merged shards give what one run with the same samples gives.
package struct BenchmarkSummary: Sendable, Equatable, Encodable {
  /// The name and version of the schema.
  package static let schema = "specdecode.bench-summary/2"

  /// `specdecode.bench-summary/2`.
  package let schema: String
  /// The header; of several shards, the first one's.
  package let run: BenchmarkRun
  /// How many files were merged.
  package let shards: Int
  /// Whether all of them ended in order.
  package let isComplete: Bool
  /// Prompts.
  package let prompts: Int
  /// Samples.
  package let samples: Int
  /// What a reader should know before believing the numbers, a sentence each.
  package let warnings: [String]
  /// One entry a configuration, in the order of their numbers.
  package let configurations: [ConfigurationSummary]
  /// The points of the cost curves.
  package let costs: [CostSummary]
  /// Bytes of memory read a second; nil when it was not sampled.
  package let memoryBytesPerSecond: Quantiles?

  /// Computes everything.
  package init(_ file: BenchmarkFile, resamples: Int = Bootstrap.standardResamples) {
    func bootstrap(_ count: Int) -> Bootstrap {
      Bootstrap(unitCount: count, seed: file.run.options.seed, resamples: resamples)
    }
    // Sums of floating-point numbers depend on their order, which shards must not change.
    let ordered = file.samples.sorted {
      ($0.prompt, $0.repetition) < ($1.prompt, $1.repetition)
    }
    let samples = Dictionary(grouping: ordered, by: \.configuration)
    schema = Self.schema
    run = file.run
    shards = file.runs.count
    isComplete = file.isComplete
    prompts = file.prompts.count
    self.samples = file.samples.count
    warnings = file.warnings
    var summaries: [ConfigurationSummary] = []
    for configuration in file.configurations {
      summaries.append(
        ConfigurationSummary(
          configuration, samples: samples[configuration.id, default: []],
          baseline: configuration.baseline.map { samples[$0, default: []] },
          prompts: file.prompts, bootstrap: bootstrap))
    }
    configurations = summaries
    costs = CostSummary.all(file.costs)
    memoryBytesPerSecond = Quantiles(file.memoryReads.map(\.bytesPerSecond))
  }

  /// The speedup of one configuration over all prompts, without the rest of a summary.
  package static func speedup(
    of configuration: BenchmarkConfiguration, in file: BenchmarkFile
  ) -> SpeedupSummary? {
    let samples = Dictionary(grouping: file.samples, by: \.configuration)
    let pairs = BenchmarkPair.all(
      baseline: configuration.baseline.map { samples[$0, default: []] } ?? [],
      other: samples[configuration.id, default: []])
    return SpeedupSummary(
      pairs, bootstrap: Bootstrap(unitCount: pairs.count, seed: file.run.options.seed))
  }

  /// Whether some output differs from that of its baseline though the rule promises that it does
  /// not.
  package var breaksIdentity: Bool {
    configurations.contains(where: \.breaksIdentity)
  }

  /// The summary as indented JSON, keys sorted, with a newline at the end.
  package func json() throws -> Data {
    try JSONText.snakeCaseData(self)
  }

  private enum CodingKeys: String, CodingKey {
    case schema, run, shards
    case isComplete = "complete"
    case prompts, samples, warnings, configurations, costs, memoryBytesPerSecond
  }
}

/// What one configuration came to.
package struct ConfigurationSummary: Sendable, Equatable, Encodable {
  /// The way of decoding.
  package let configuration: BenchmarkConfiguration
  /// What its rule promises of the output.
  package let promise: OutputPromise
  /// Over all prompts.
  package let overall: GroupSummary
  /// Category by category, in the order in which they first occur.
  package let categories: [GroupSummary]

  /// Whether some output differs though it may not.
  var breaksIdentity: Bool {
    configuration.promisesIdentity && overall.identity?.isIdentical == false
  }

  init(
    _ configuration: BenchmarkConfiguration, samples: [BenchmarkSample],
    baseline: [BenchmarkSample]?, prompts: [BenchmarkPrompt], bootstrap: (Int) -> Bootstrap
  ) {
    self.configuration = configuration
    promise = configuration.promise
    overall = GroupSummary(
      category: nil, configuration: configuration, samples: samples, baseline: baseline,
      bootstrap: bootstrap)
    var names: [String] = []
    for prompt in prompts where !names.contains(prompt.category) { names.append(prompt.category) }
    var groups: [GroupSummary] = []
    for name in names {
      let members = Set(prompts.filter { $0.category == name }.map(\.index))
      let own = samples.filter { members.contains($0.prompt) }
      guard !own.isEmpty else { continue }
      groups.append(
        GroupSummary(
          category: name, configuration: configuration, samples: own,
          baseline: baseline?.filter { members.contains($0.prompt) }, bootstrap: bootstrap))
    }
    categories = groups
  }
}

/// A point of a cost curve and how its measurements are spread.
package struct CostSummary: Sendable, Equatable, Encodable {
  /// Which piece of work.
  package let work: BenchmarkCost.Work
  /// Bytes, or which token of the draft.
  package let size: Int
  /// The place of the drafter in the run's list.
  package let drafter: Int?
  /// Seconds.
  package let seconds: Quantiles

  /// The points in order; measurements of the same point, as of two shards, are joined.
  package static func all(_ costs: [BenchmarkCost]) -> [CostSummary] {
    BenchmarkCost.Work.allCases.flatMap { work in
      let points = Dictionary(grouping: costs.filter { $0.work == work }) {
        [$0.drafter ?? -1, $0.size]
      }
      return points.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { key in
        Quantiles(points[key, default: []].flatMap(\.seconds)).map {
          CostSummary(
            work: work, size: key[1], drafter: key[0] < 0 ? nil : key[0], seconds: $0)
        }
      }
    }
  }
}
