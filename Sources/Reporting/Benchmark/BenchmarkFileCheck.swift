/// Takes the records of a file in order and refuses what statistics could not be made of.
struct BenchmarkFileCheck {
  /// No number is larger.
  private static let limit = 1 << 53
  /// What a round may draft and write: far more than the longest window.
  private static let roundLimit = 4096
  /// Bytes and tokens of a whole file: the sums of a million shards stay within range.
  private static let countLimit = 1 << 40
  /// Configurations, and entries of the list of drafters.
  private static let configurationLimit = 10_000

  private(set) var file: BenchmarkFile
  private let name: String
  private var promptIndices: Set<Int> = []
  private var promptNames: Set<String> = []
  private var sampleKeys: Set<[Int]> = []
  private var counted = 0

  init(run: BenchmarkRun, file name: String, line: Int) throws(BenchmarkFileError) {
    file = BenchmarkFile(run: run)
    self.name = name
    try require(
      run.threads >= 1, "threads", run.threads, "give at least 1", line: line)
  }

  mutating func append(_ record: BenchmarkRecord, line: Int) throws(BenchmarkFileError) {
    switch record {
    case .run: throw .malformedLine(file: name, line: line, reason: "it is a second run")
    case .configuration(let configuration): try check(configuration, line: line)
    case .prompt(let prompt): try check(prompt, line: line)
    case .sample(let sample): try check(sample, line: line)
    case .cost(let cost):
      try check(times: cost.seconds, "seconds", line: line)
      try require(
        (0...Self.limit).contains(cost.size), "size", cost.size, "give a size", line: line)
      try check(drafter: cost.drafter, line: line)
    case .memoryRead(let read):
      try check(
        times: [read.at, read.bytesPerSecond, read.loadAverage ?? 0], "bytes_per_second", line: line
      )
    case .end(let end):
      try check(times: [end.seconds], "seconds", line: line)
      try require(file.ends.isEmpty, "end", end.samples, "it is the second one", line: line)
    }
    file.append(record)
  }

  private func check(
    _ configuration: BenchmarkConfiguration, line: Int
  ) throws(BenchmarkFileError) {
    let next = file.configurations.count
    try require(
      configuration.id == next && next < Self.configurationLimit, "id", configuration.id,
      "the next is \(next)", line: line)
    if let baseline = configuration.baseline {
      try require(
        (0..<next).contains(baseline) && file.configurations[baseline].baseline == nil,
        "baseline", baseline, "name an earlier configuration that has none itself", line: line)
    }
    try check(drafter: configuration.drafter, line: line)
  }

  private func check(drafter: Int?, line: Int) throws(BenchmarkFileError) {
    guard let drafter else { return }
    let count = file.run.drafters.count
    try require(
      (0..<count).contains(drafter), "drafter", drafter, "the run has \(count) drafters",
      line: line)
  }

  private mutating func check(
    _ prompt: BenchmarkPrompt, line: Int
  ) throws(BenchmarkFileError) {
    try require(
      file.prompts.count < PromptFile.countLimit, "prompt", prompt.index,
      "a file has at most \(PromptFile.countLimit)", line: line)
    try require(
      (0...Self.limit).contains(prompt.index) && promptIndices.insert(prompt.index).inserted,
      "index", prompt.index, "give each prompt one of its own", line: line)
    try require(
      promptNames.insert(prompt.id).inserted, "id", prompt.index,
      "give each prompt a name of its own", line: line)
  }

  private mutating func check(
    _ sample: BenchmarkSample, line: Int
  ) throws(BenchmarkFileError) {
    try require(
      file.configurations.indices.contains(sample.configuration), "configuration",
      sample.configuration, "it must stand before its samples", line: line)
    try require(
      promptIndices.contains(sample.prompt), "prompt", sample.prompt,
      "it must stand before its samples", line: line)
    let key = [sample.configuration, sample.prompt, sample.repetition]
    try require(
      sample.repetition >= 0 && sampleKeys.insert(key).inserted, "repetition", sample.repetition,
      "each is there once", line: line)
    try check(times: [sample.started], "started", line: line)
    let timing = sample.timing
    try check(
      times: [
        timing.verifierPrefill, timing.drafterPrefill, timing.catchUp,
        timing.draft, timing.verify, timing.rollBack, timing.rest, timing.prefill,
        timing.decoding, timing.total,
      ], "timing", line: line)
    try require(
      sample.promptBytes >= 1, "prompt_bytes", sample.promptBytes, "give at least 1", line: line)
    try count(sample.promptBytes, "prompt_bytes", line: line)
    try count(sample.cutBytes ?? 0, "cut_bytes", line: line)
    try check(sample.rounds, outputBytes: sample.outputBytes, line: line)
  }

  /// Adds to what the file has, so that no sum over it overflows.
  private mutating func count(
    _ value: Int, _ field: String, line: Int
  ) throws(BenchmarkFileError) {
    try require(
      (0...Self.countLimit - counted).contains(value), field, value,
      "a file has at most \(Self.countLimit) bytes and tokens", line: line)
    counted += value
  }

  private mutating func check(
    _ rounds: BenchmarkRounds, outputBytes: Int, line: Int
  ) throws(BenchmarkFileError) {
    for nanoseconds in rounds.nanoseconds {
      try require(
        (0...Self.limit).contains(nanoseconds), "rounds.nanoseconds", nanoseconds, "give a time",
        line: line)
    }
    let lists = [
      ("rounds.bytes", rounds.bytes), ("rounds.accepted", rounds.accepted),
      ("rounds.drafted", rounds.drafted), ("rounds.tokens", rounds.tokens),
    ]
    for case (let field, let list?) in lists {
      try require(
        list.count == rounds.count, field, list.count, "give one entry a round", line: line)
      for value in list {
        try require(
          value <= Self.roundLimit, field, value, "a round has at most \(Self.roundLimit)",
          line: line)
        try count(value, field, line: line)
      }
    }
    var sum = 0
    for round in 0..<rounds.count {
      sum += rounds.byteCount(of: round)
      let accepted = rounds.accepted?[round] ?? 0
      let drafted = rounds.drafted?[round] ?? accepted
      try require(
        accepted <= drafted, "rounds.accepted", accepted, "at most what was drafted, \(drafted)",
        line: line)
    }
    try require(
      sum == outputBytes, "output_bytes", outputBytes, "the rounds have \(sum)", line: line)
    try require(
      rounds.rejected.map { $0.count == rounds.count } ?? true, "rounds.rejected_base64",
      rounds.rejected?.count ?? 0, "give one entry a round", line: line)
  }

  private func check(
    times: [Double], _ field: String, line: Int
  ) throws(BenchmarkFileError) {
    for time in times {
      try require(
        time.isFinite && time >= 0, field, time, "give a number of at least 0", line: line)
    }
  }

  private func require(
    _ condition: Bool, _ field: String, _ value: some CustomStringConvertible, _ remedy: String,
    line: Int
  ) throws(BenchmarkFileError) {
    guard condition else {
      throw .invalidField(
        file: name, line: line, field: field, value: "\(value)", remedy: remedy)
    }
  }
}
