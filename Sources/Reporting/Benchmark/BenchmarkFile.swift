package import Foundation

/// All records of a benchmark, of one file or of several shards.
package struct BenchmarkFile: Sendable, Equatable {
  /// The header; one for each shard that was merged.
  package var runs: [BenchmarkRun]
  /// Ways of decoding; each is at the place that its `id` says.
  package var configurations: [BenchmarkConfiguration] = []
  /// Prompts, in ascending order of their index.
  package var prompts: [BenchmarkPrompt] = []
  /// Generations.
  package var samples: [BenchmarkSample] = []
  /// Cost curves.
  package var costs: [BenchmarkCost] = []
  /// Speeds of memory.
  package var memoryReads: [MemoryRead] = []
  /// How it ended; one for each shard that did.
  package var ends: [BenchmarkEnd] = []

  /// A benchmark that has measured nothing yet.
  package init(run: BenchmarkRun) {
    runs = [run]
  }

  /// The first header: what all shards share is in it.
  package var run: BenchmarkRun { runs[0] }

  /// Whether every shard in it ended in order.
  package var isComplete: Bool { ends.count == runs.count }

  /// Adds a record; a header is added as another shard's.
  package mutating func append(_ record: BenchmarkRecord) {
    switch record {
    case .run(let run): runs.append(run)
    case .configuration(let configuration): configurations.append(configuration)
    case .prompt(let prompt): prompts.append(prompt)
    case .sample(let sample): samples.append(sample)
    case .cost(let cost): costs.append(cost)
    case .memoryRead(let read): memoryReads.append(read)
    case .end(let end): ends.append(end)
    }
  }

  /// A record as one line of JSON, keys sorted.
  package static func line(_ record: BenchmarkRecord) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(record) + Data([0x0A])
  }
}
