/// What a benchmark measured, where and how: the first line of its file.
package struct BenchmarkRun: Sendable, Equatable, Codable {
  /// The name and version of the schema.
  package static let schema = "specdecode.bench/1"

  /// `specdecode.bench/1`.
  package var schema = Self.schema
  /// The program's version.
  package var version: String
  /// The commit of the program's source, with a plus sign if files differ from it; nil if unknown.
  package var commit: String?
  /// When it began, in UTC, ISO 8601.
  package var started: String
  /// Where it ran.
  package var machine: MachineRecord
  /// The instruction set of the kernels.
  package var instructionSet: String
  /// Threads of each model; of those that measured how many are fastest, the verifier's in a step.
  package var threads: Int
  /// Whether that was measured; nil where it was given.
  package var threadsMeasured: Bool?
  /// The model that decides.
  package var verifier: ModelRecord
  /// The models that draft; configurations refer to them by their places.
  package var drafters: [ModelRecord]
  /// What was asked for.
  package var options: BenchmarkOptions
  /// The part of the prompts that was measured; nil for all.
  package var shard: Shard?

  /// Collects a header.
  package init(
    version: String, commit: String?, started: String, machine: MachineRecord,
    instructionSet: String, threads: Int, threadsMeasured: Bool? = nil,
    verifier: ModelRecord, drafters: [ModelRecord],
    options: BenchmarkOptions, shard: Shard?
  ) {
    self.version = version
    self.commit = commit
    self.started = started
    self.machine = machine
    self.instructionSet = instructionSet
    self.threads = threads
    self.threadsMeasured = threadsMeasured
    self.verifier = verifier
    self.drafters = drafters
    self.options = options
    self.shard = shard
  }

  /// The threads, for a reader.
  var threadText: String { NumberText.threads(threads, measured: threadsMeasured == true) }

  /// The name of a drafter by its place; nil for a place that is none.
  func drafterName(_ place: Int?) -> String? {
    place.flatMap { drafters.indices.contains($0) ? drafters[$0].name : nil }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, version, commit, started, machine
    case instructionSet = "instruction_set"
    case threadsMeasured = "threads_measured"
    case threads, verifier, drafters, options, shard
  }
}

/// What a benchmark was asked to do, but for its configurations.
package struct BenchmarkOptions: Sendable, Equatable, Codable {
  /// Where the prompts came from: `built-in`, or a path.
  package var prompts: String
  /// The seed of order and bootstrap; also of the noise of the first repetition.
  package var seed: UInt64
  /// Bytes of each generation.
  package var maxBytes: Int
  /// What an empty prompt stands for.
  package var startByte: UInt8
  /// Half the width of the interval over the ratio at which measuring ends.
  package var targetInterval: Double
  /// Seconds after which no further repetition begins; nil for none.
  package var timeBudget: Double?
  /// The most repetitions of a prompt.
  package var repetitions: Int

  /// Collects options.
  package init(
    prompts: String, seed: UInt64, maxBytes: Int, startByte: UInt8, targetInterval: Double,
    timeBudget: Double?, repetitions: Int
  ) {
    self.prompts = prompts
    self.seed = seed
    self.maxBytes = maxBytes
    self.startByte = startByte
    self.targetInterval = targetInterval
    self.timeBudget = timeBudget
    self.repetitions = repetitions
  }

  private enum CodingKeys: String, CodingKey {
    case prompts, seed
    case maxBytes = "max_bytes"
    case startByte = "start_byte"
    case targetInterval = "target_interval"
    case timeBudget = "time_budget"
    case repetitions
  }
}

/// Where a benchmark ran.
package struct MachineRecord: Sendable, Equatable, Codable {
  /// The processor's name.
  package var processor: String
  /// Physical cores that the process may use.
  package var cores: Int
  /// The operating system's name and version.
  package var system: String
  /// Memory of the machine.
  package var memoryBytes: Int

  /// Describes a machine.
  package init(processor: String, cores: Int, system: String, memoryBytes: Int) {
    self.processor = processor
    self.cores = cores
    self.system = system
    self.memoryBytes = memoryBytes
  }

  private enum CodingKeys: String, CodingKey {
    case processor, cores, system
    case memoryBytes = "memory_bytes"
  }
}

/// A model that took part in a benchmark.
package struct ModelRecord: Sendable, Equatable, Codable {
  /// A short name: the last part of its path, made distinct.
  package var name: String
  /// Its folder.
  package var path: String
  /// SHA-256 of its weights, as `specdecode inspect` prints it.
  package var fingerprint: String
  /// Memory that the weights take as packed.
  package var weightBytes: Int

  /// Describes a model.
  package init(name: String, path: String, fingerprint: String, weightBytes: Int) {
    self.name = name
    self.path = path
    self.fingerprint = fingerprint
    self.weightBytes = weightBytes
  }

  private enum CodingKeys: String, CodingKey {
    case name, path, fingerprint
    case weightBytes = "weight_bytes"
  }
}
