/// One line of a benchmark's file: the key `record` says which kind.
package enum BenchmarkRecord: Sendable, Equatable {
  /// The first line: what was measured, where and how.
  case run(BenchmarkRun)
  /// A way of decoding.
  case configuration(BenchmarkConfiguration)
  /// A prompt that was decoded.
  case prompt(BenchmarkPrompt)
  /// One generation.
  case sample(BenchmarkSample)
  /// What one kind of work costs.
  case cost(BenchmarkCost)
  /// How fast memory was at a moment.
  case memoryRead(MemoryRead)
  /// The last line: the run ended in order.
  case end(BenchmarkEnd)
}

extension BenchmarkRecord: Codable {
  private enum Kind: String, Codable {
    case run, configuration, prompt, sample, cost
    case memoryRead = "memory_read"
    case end
  }

  private enum CodingKeys: String, CodingKey {
    case record
  }

  /// Reads the kind, then the rest.
  package init(from decoder: any Decoder) throws {
    let kind = try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .record)
    switch kind {
    case .run: self = .run(try BenchmarkRun(from: decoder))
    case .configuration: self = .configuration(try BenchmarkConfiguration(from: decoder))
    case .prompt: self = .prompt(try BenchmarkPrompt(from: decoder))
    case .sample: self = .sample(try BenchmarkSample(from: decoder))
    case .cost: self = .cost(try BenchmarkCost(from: decoder))
    case .memoryRead: self = .memoryRead(try MemoryRead(from: decoder))
    case .end: self = .end(try BenchmarkEnd(from: decoder))
    }
  }

  /// Writes the kind beside the rest.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .record)
    try content.encode(to: encoder)
  }

  private var kind: Kind {
    switch self {
    case .run: .run
    case .configuration: .configuration
    case .prompt: .prompt
    case .sample: .sample
    case .cost: .cost
    case .memoryRead: .memoryRead
    case .end: .end
    }
  }

  private var content: any Encodable {
    switch self {
    case .run(let value): value
    case .configuration(let value): value
    case .prompt(let value): value
    case .sample(let value): value
    case .cost(let value): value
    case .memoryRead(let value): value
    case .end(let value): value
    }
  }
}
