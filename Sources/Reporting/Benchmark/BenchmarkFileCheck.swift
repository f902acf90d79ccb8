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
  /// The line of the record that is looked at.
  private var line: Int
  private var promptIndices: Set<Int> = []
  private var promptNames: Set<String> = []
  private var sampleKeys: Set<[Int]> = []
  private var counted = 0

  init(run: BenchmarkRun, file name: String, line: Int) throws(BenchmarkFileError) {
    file = BenchmarkFile(run: run)
    self.name = name
    self.line = line
    try require(run.threads >= 1, "threads", run.threads, "give at least 1")
  }

  mutating func append(_ record: BenchmarkRecord, line: Int) throws(BenchmarkFileError) {
    self.line = line
    switch record {
    case .run: throw .malformedLine(file: name, line: line, reason: "it is a second run")
    case .configuration(let configuration): try check(configuration)
    case .prompt(let prompt): try check(prompt)
    case .sample(let sample): try check(sample)
    case .cost(let cost):
      try check(times: cost.seconds, "seconds")
      try require((0...Self.limit).contains(cost.size), "size", cost.size, "give a size")
      try check(drafter: cost.drafter)
    case .memoryRead(let read):
      try check(times: [read.at, read.bytesPerSecond, read.loadAverage ?? 0], "bytes_per_second")
    case .end(let end):
      try check(times: [end.seconds], "seconds")
      try require(file.ends.isEmpty, "end", end.samples, "it is the second one")
    }
    file.append(record)
  }

  private func check(_ configuration: BenchmarkConfiguration) throws(BenchmarkFileError) {
    let next = file.configurations.count
    try require(
      configuration.id == next && next < Self.configurationLimit, "id", configuration.id,
      "the next is \(next)")
    if let baseline = configuration.baseline {
      try require(
        (0..<next).contains(baseline) && file.configurations[baseline].baseline == nil,
        "baseline", baseline, "name an earlier configuration that has none itself")
    }
    try check(drafter: configuration.drafter)
  }

  private func check(drafter: Int?) throws(BenchmarkFileError) {
    guard let drafter else { return }
    let count = file.run.drafters.count
    try require(
      (0..<count).contains(drafter), "drafter", drafter, "the run has \(count) drafters")
  }

  private mutating func check(_ prompt: BenchmarkPrompt) throws(BenchmarkFileError) {
    try require(
      file.prompts.count < PromptFile.countLimit, "prompt", prompt.index,
      "a file has at most \(PromptFile.countLimit)")
    try require(
      (0...Self.limit).contains(prompt.index) && promptIndices.insert(prompt.index).inserted,
      "index", prompt.index, "give each prompt one of its own")
    try require(
      promptNames.insert(prompt.id).inserted, "id", prompt.index,
      "give each prompt a name of its own")
  }

  private mutating func check(_ sample: BenchmarkSample) throws(BenchmarkFileError) {
    try require(
      file.configurations.indices.contains(sample.configuration), "configuration",
      sample.configuration, "it must stand before its samples")
    try require(
      promptIndices.contains(sample.prompt), "prompt", sample.prompt,
      "it must stand before its samples")
    let key = [sample.configuration, sample.prompt, sample.repetition]
    try require(
      sample.repetition >= 0 && sampleKeys.insert(key).inserted, "repetition", sample.repetition,
      "each is there once")
    try check(times: [sample.started], "started")
    try check(times: TimingReport.parts.map { sample.timing[keyPath: $0] }, "timing")
    try require(
      sample.promptBytes >= 1, "prompt_bytes", sample.promptBytes, "give at least 1")
    try count(sample.promptBytes, "prompt_bytes")
    try count(sample.cutBytes ?? 0, "cut_bytes")
    try check(sample.rounds, outputBytes: sample.outputBytes)
  }

  /// Adds to what the file has, so that no sum over it overflows.
  private mutating func count(_ value: Int, _ field: String) throws(BenchmarkFileError) {
    try require(
      (0...Self.countLimit - counted).contains(value), field, value,
      "a file has at most \(Self.countLimit) bytes and tokens")
    counted += value
  }

  private mutating func check(
    _ rounds: BenchmarkRounds, outputBytes: Int
  ) throws(BenchmarkFileError) {
    for nanoseconds in rounds.nanoseconds {
      try require(
        (0...Self.limit).contains(nanoseconds), "rounds.nanoseconds", nanoseconds, "give a time")
    }
    let lists = [
      ("rounds.bytes", rounds.bytes), ("rounds.accepted", rounds.accepted),
      ("rounds.drafted", rounds.drafted), ("rounds.tokens", rounds.tokens),
    ]
    for case (let field, let list?) in lists {
      try require(list.count == rounds.count, field, list.count, "give one entry a round")
      for value in list {
        try require(
          value <= Self.roundLimit, field, value, "a round has at most \(Self.roundLimit)")
        try count(value, field)
      }
    }
    var sum = 0
    for round in 0..<rounds.count {
      sum += rounds.byteCount(of: round)
      let accepted = rounds.accepted?[round] ?? 0
      let drafted = rounds.drafted?[round] ?? accepted
      try require(
        accepted <= drafted, "rounds.accepted", accepted, "at most what was drafted, \(drafted)")
    }
    try require(sum == outputBytes, "output_bytes", outputBytes, "the rounds have \(sum)")
    try require(
      rounds.rejected.map { $0.count == rounds.count } ?? true, "rounds.rejected_base64",
      rounds.rejected?.count ?? 0, "give one entry a round")
  }

  private func check(times: [Double], _ field: String) throws(BenchmarkFileError) {
    for time in times {
      try require(time.isFinite && time >= 0, field, time, "give a number of at least 0")
    }
  }

  private func require(
    _ condition: Bool, _ field: String, _ value: some CustomStringConvertible, _ remedy: String
  ) throws(BenchmarkFileError) {
    guard condition else {
      throw .invalidField(
        file: name, line: line, field: field, value: "\(value)", remedy: remedy)
    }
  }
}
