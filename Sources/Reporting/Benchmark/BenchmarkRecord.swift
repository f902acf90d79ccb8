package import Foundation

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
    let (kind, content) = tagged
    try container.encode(kind, forKey: .record)
    try content.encode(to: encoder)
  }

  private var tagged: (kind: Kind, content: any Encodable) {
    switch self {
    case .run(let value): (.run, value)
    case .configuration(let value): (.configuration, value)
    case .prompt(let value): (.prompt, value)
    case .sample(let value): (.sample, value)
    case .cost(let value): (.cost, value)
    case .memoryRead(let value): (.memoryRead, value)
    case .end(let value): (.end, value)
    }
  }
}

/// A point of a cost curve: what one piece of work takes, measured apart from generations.
package struct BenchmarkCost: Sendable, Equatable, Codable {
  /// Which piece of work.
  package enum Work: String, Sendable, Codable, CaseIterable {
    /// A byte of plain decoding.
    case step
    /// A pass over a window of `size` bytes.
    case verify
    /// Rolling a window of `size` bytes back to its first half.
    case rollBack = "roll_back"
    /// The drafter's taking in of `size` decided bytes.
    case catchUp = "catch_up"
    /// Drafting the token number `size` of a draft, from 1.
    case draftToken = "draft_token"
  }

  /// Which piece of work.
  package var work: Work
  /// Bytes, or which token of the draft.
  package var size: Int
  /// The place of the drafter in the run's list.
  package var drafter: Int?
  /// Seconds, repetition by repetition.
  package var seconds: [Double]

  /// Collects a point.
  package init(work: Work, size: Int, drafter: Int? = nil, seconds: [Double]) {
    self.work = work
    self.size = size
    self.drafter = drafter
    self.seconds = seconds
  }
}

/// How fast memory could be read at a moment of a benchmark.
package struct MemoryRead: Sendable, Equatable, Codable {
  /// Seconds since the start of the run.
  package var at: Double
  /// Threads that read.
  package var threads: Int
  /// Size of what was read, again and again: a small buffer stays in a cache.
  package var bufferBytes: Int
  /// Bytes a second.
  package var bytesPerSecond: Double

  /// Programs that ran or waited for a core, on average over the minute before; nil if unknown.
  package var loadAverage: Double?

  /// Collects a measurement.
  package init(
    at: Double, threads: Int, bufferBytes: Int, bytesPerSecond: Double, loadAverage: Double? = nil
  ) {
    self.loadAverage = loadAverage
    self.at = at
    self.threads = threads
    self.bufferBytes = bufferBytes
    self.bytesPerSecond = bytesPerSecond
  }

  private enum CodingKeys: String, CodingKey {
    case at, threads
    case bufferBytes = "buffer_bytes"
    case bytesPerSecond = "bytes_per_second"
    case loadAverage = "load_average"
  }
}

/// How a benchmark ended: the last line of its file. A file without it was cut off.
package struct BenchmarkEnd: Sendable, Equatable, Codable {
  /// Why no further repetition began.
  package enum Status: String, Sendable, Codable {
    /// Every interval was narrow enough.
    case interval
    /// The time was spent.
    case timeBudget = "time_budget"
    /// All repetitions were done.
    case repetitions
    /// The user ended it.
    case interrupted
  }

  /// Why it ended.
  package var status: Status
  /// Seconds from the start of the run.
  package var seconds: Double
  /// How many samples there are.
  package var samples: Int

  /// Collects the end.
  package init(status: Status, seconds: Double, samples: Int) {
    self.status = status
    self.seconds = seconds
    self.samples = samples
  }
}

/// A prompt that a benchmark decoded.
package struct BenchmarkPrompt: Sendable, Equatable, Codable {
  /// Its place among all prompts, those of other shards included; the first is 0.
  package var index: Int
  /// Its name; no two prompts share one.
  package var id: String
  /// The kind of text.
  package var category: String
  /// Its bytes; base64 in the file.
  package var bytes: Data

  /// Names a prompt.
  package init(index: Int, id: String, category: String, bytes: Data) {
    self.index = index
    self.id = id
    self.category = category
    self.bytes = bytes
  }

  private enum CodingKeys: String, CodingKey {
    case index, id, category
    case bytes = "base64"
  }
}
