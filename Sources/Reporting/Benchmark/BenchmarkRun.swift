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
  /// Threads of each model.
  package var threads: Int
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
    instructionSet: String, threads: Int, verifier: ModelRecord, drafters: [ModelRecord],
    options: BenchmarkOptions, shard: Shard?
  ) {
    self.version = version
    self.commit = commit
    self.started = started
    self.machine = machine
    self.instructionSet = instructionSet
    self.threads = threads
    self.verifier = verifier
    self.drafters = drafters
    self.options = options
    self.shard = shard
  }

  private enum CodingKeys: String, CodingKey {
    case schema, version, commit, started, machine
    case instructionSet = "instruction_set"
    case threads, verifier, drafters, options, shard
  }
}
