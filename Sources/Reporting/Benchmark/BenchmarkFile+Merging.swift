extension BenchmarkFile {
  /// Puts the shards of a benchmark together: statistics of the result are those of a run that
  /// measured all samples itself.
  ///
  /// - Parameter files: at least one, in any order.
  /// - Throws: `BenchmarkFileError.mismatch` when they are not different shards of one benchmark.
  package init(merging files: [BenchmarkFile]) throws(BenchmarkFileError) {
    precondition(!files.isEmpty)
    let ordered = files.sorted { ($0.run.shard?.index ?? 0) < ($1.run.shard?.index ?? 0) }
    var result = ordered[0]
    for file in ordered.dropFirst() {
      try Self.check(file, against: result)
      result.runs += file.runs
      result.prompts += file.prompts
      result.samples += file.samples
      result.costs += file.costs
      result.memoryReads += file.memoryReads
      result.ends += file.ends
    }
    result.prompts.sort { $0.index < $1.index }
    self = result
  }

  private static func check(
    _ file: BenchmarkFile, against result: BenchmarkFile
  ) throws(BenchmarkFileError) {
    func require<Value: Equatable>(
      _ field: String, _ value: (BenchmarkRun) -> Value
    ) throws(BenchmarkFileError) {
      let first = value(result.run)
      let other = value(file.run)
      guard first == other else {
        throw .mismatch(field: field, first: "\(first)", other: "\(other)")
      }
    }
    try require("the verifier's fingerprint") { $0.verifier.fingerprint }
    try require("the drafters' fingerprints") { $0.drafters.map(\.fingerprint) }
    try require("the version") { $0.version }
    try require("the options") { $0.options.comparable }
    try require("the number of shards") { $0.shard?.count ?? 1 }
    guard file.configurations == result.configurations else {
      throw .mismatch(
        field: "the configurations",
        first: result.configurations.map(\.name).joined(separator: ", "),
        other: file.configurations.map(\.name).joined(separator: ", "))
    }
    let indices = Set(result.prompts.map(\.index))
    if let twice = file.prompts.first(where: { indices.contains($0.index) }) {
      throw .mismatch(
        field: "what they measured, for both have the prompt \(twice.id)",
        first: name(of: result), other: name(of: file))
    }
  }

  /// Checks that another run of the program would have measured what this file holds: the same
  /// models, program, processor, kernels, threads, seed and lengths, configurations and prompts.
  ///
  /// - Throws: `BenchmarkFileError.otherRun` with what differs.
  package func requireContinuation(
    by run: BenchmarkRun, _ configurations: [BenchmarkConfiguration], _ prompts: [BenchmarkPrompt],
    file name: String
  ) throws(BenchmarkFileError) {
    func require(
      _ field: String, _ value: (BenchmarkRun) -> String
    ) throws(BenchmarkFileError) {
      let (old, new) = (value(self.run), value(run))
      guard old == new else {
        throw .otherRun(file: name, field: field, first: old, other: new)
      }
    }
    try require("the verifier") { $0.verifier.fingerprint }
    try require("the drafters") { $0.drafters.map(\.fingerprint).joined(separator: ", ") }
    try require("the version") { "\($0.version) \($0.commit ?? "")" }
    try require("the processor") { $0.machine.processor }
    try require("the kernels") { $0.instructionSet }
    try require("the threads") { "\($0.threads)" }
    try require("the seed") { "\($0.options.seed)" }
    try require("the length") { "\($0.options.maxBytes) bytes" }
    try require("the start byte") { "\($0.options.startByte)" }
    try require("the shard") { $0.shard.map { "\($0.index)/\($0.count)" } ?? "all" }
    // A run that was killed at its beginning has not written all of them.
    guard configurations.starts(with: self.configurations) else {
      throw .otherRun(
        file: name, field: "the configurations",
        first: self.configurations.map(\.name).joined(separator: ", "),
        other: configurations.map(\.name).joined(separator: ", "))
    }
    let byIndex = Dictionary(prompts.map { ($0.index, $0) }) { first, _ in first }
    guard self.prompts.allSatisfy({ byIndex[$0.index] == $0 }) else {
      throw .otherRun(
        file: name, field: "the prompts", first: "\(self.prompts.count) of them",
        other: "\(prompts.count) others")
    }
  }

  private static func name(of file: BenchmarkFile) -> String {
    file.runs.map { run in run.shard.map { "shard \($0.index)" } ?? "a whole run" }
      .joined(separator: ", ")
  }
}

extension BenchmarkOptions {
  /// What shards must share; their budgets of time, and where each read the prompts, are their own.
  fileprivate var comparable: BenchmarkOptions {
    var options = self
    options.prompts = ""
    options.timeBudget = nil
    return options
  }
}
