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
    let shared: [(String, (BenchmarkRun) -> String)] = [
      ("the verifier's fingerprint", { $0.verifier.fingerprint }),
      ("the drafters' fingerprints", { "\($0.drafters.map(\.fingerprint))" }),
      ("the version", { $0.version }),
      ("the options", { "\($0.options.comparable)" }),
      ("the number of shards", { "\($0.shard?.count ?? 1)" }),
    ]
    if let (field, first, other) = result.run.differences(to: file.run, in: shared).first {
      throw .mismatch(field: field, first: first, other: other)
    }
    guard file.configurations == result.configurations else {
      throw .mismatch(
        field: "the configurations", first: result.configurations.names,
        other: file.configurations.names)
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
    let fields: [(String, (BenchmarkRun) -> String)] = [
      ("the verifier", { $0.verifier.fingerprint }),
      ("the drafters", { $0.drafters.map(\.fingerprint).joined(separator: ", ") }),
      ("the version", { "\($0.version) \($0.commit ?? "")" }),
      ("the processor", { $0.machine.processor }),
      ("the kernels", { $0.instructionSet }),
      // Measured anew, it may be another number.
      ("the threads", { $0.threadsMeasured == true ? "measured" : "\($0.threads)" }),
      ("the seed", { "\($0.options.seed)" }),
      ("the length", { "\($0.options.maxBytes) bytes" }),
      ("the start byte", { "\($0.options.startByte)" }),
      ("the shard", { $0.shard.map { "\($0.index)/\($0.count)" } ?? "all" }),
    ]
    if let (field, first, other) = self.run.differences(to: run, in: fields).first {
      throw .otherRun(file: name, field: field, first: first, other: other)
    }
    // A run that was killed at its beginning has not written all of them.
    guard configurations.starts(with: self.configurations) else {
      throw .otherRun(
        file: name, field: "the configurations", first: self.configurations.names,
        other: configurations.names)
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

extension BenchmarkRun {
  /// What fields of two runs have to say where they say different things.
  func differences(
    to other: BenchmarkRun, in fields: [(name: String, text: (BenchmarkRun) -> String)]
  ) -> [(name: String, first: String, other: String)] {
    fields.map { ($0.name, $0.text(self), $0.text(other)) }.filter { $0.1 != $0.2 }
  }
}

extension [BenchmarkConfiguration] {
  fileprivate var names: String { map(\.name).joined(separator: ", ") }
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
