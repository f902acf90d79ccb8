import Foundation
import Reporting
import SpeculativeDecoding
import Testing

struct BenchTests {
  private static let prompts = """
    {"id": "a", "category": "verse", "text": "in the"}
    {"id": "b", "category": "verse", "text": ""}
    {"id": "c", "category": "code", "base64": "AP8AgA=="}
    """

  private static func bench(
    _ models: TinyModels, _ arguments: String..., environment: [String: String] = [:]
  ) throws -> Executable.Outcome {
    let prompts = try models.write(Array(Self.prompts.utf8), to: "prompts.jsonl")
    return try Executable.run(
      [
        "bench", "--verifier", models.path("verifier"), "--prompts", prompts, "--max-bytes", "20",
        "--repetitions", "2", "--target-interval", "0",
      ] + (arguments.contains("--drafter") ? [] : ["--drafter", models.path("drafter")])
        + (arguments.contains("--time-budget") ? [] : ["--time-budget", "1e12"]) + arguments,
      environment: environment)
  }

  private static func file(_ path: String) throws -> BenchmarkFile {
    try BenchmarkFile(parsing: Data(contentsOf: URL(filePath: path)), file: path)
  }

  @Test func `every pair is decoded, compared and kept`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    let outcome = try Self.bench(
      models, "--draft-tokens", "2,auto", "--temperature", "0,0.7", "--seed", "3", "--output", run)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.error.contains("next: specdecode report \(run) --html "))
    let file = try Self.file(run)
    #expect(file.isComplete)
    #expect(file.configurations.map(\.baseline) == [nil, 0, 0, nil, 3, 3])
    #expect(file.samples.count == 6 * 3 * 2)
    #expect(file.samples.map(\.order).sorted() == Array(0..<36))
    #expect(file.ends.first?.status == .repetitions)
    #expect(!file.memoryReads.isEmpty && file.memoryReads.allSatisfy { $0.bytesPerSecond > 0 })
    let compared = file.samples.filter { file.configurations[$0.configuration].baseline != nil }
    #expect(compared.count == 24 && compared.allSatisfy { $0.identical == true })
    // A seed's noise is that of its repetition, with and without a drafter.
    #expect(file.samples.allSatisfy { $0.seed == 3 + UInt64($0.repetition) })
    for samples in Dictionary(grouping: file.samples, by: { "\($0.prompt) \($0.repetition)" })
      .values
    {
      #expect(Set(samples.filter { $0.configuration < 3 }.map(\.digest)).count == 1)
      #expect(Set(samples.filter { $0.configuration > 2 }.map(\.digest)).count == 1)
    }
  }

  @Test func `a batch is a sample, and its baseline has the same company`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    let outcome = try Self.bench(
      models, "--batch", "1,3", "--temperature", "1", "--draft-tokens", "2", "--output", run)
    #expect(outcome.code == 0, "\(outcome.error)")
    let file = try Self.file(run)
    #expect(file.configurations.map(\.baseline) == [nil, 0, nil, 2])
    #expect(file.configurations.map(\.batch) == [nil, nil, 3, 3])
    #expect(file.configurations.last?.name == "2 tokens, batch 3")
    for sample in file.samples {
      let size = file.configurations[sample.configuration].batch ?? 1
      #expect(sample.outputBytes == 20 * size)
      #expect(sample.identical ?? true)
    }
    // The first of a batch is what it is alone.
    for sample in file.samples where sample.repetition == 0 && sample.configuration == 0 {
      let batch = file.samples.first {
        $0.configuration == 3 && $0.prompt == sample.prompt && $0.repetition == 0
      }
      #expect(batch?.output?.prefix(20) == sample.output)
    }
  }

  @Test func `the output and the rejected bytes of the first repetition are kept`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    #expect(try Self.bench(models, "--draft-tokens", "3", "--output", run).code == 0)
    let samples = try Self.file(run).samples
    for sample in samples {
      #expect((sample.output?.count == 20) == (sample.repetition == 0))
      guard sample.configuration == 1 else { continue }
      let rounds = sample.rounds
      #expect((rounds.rejected != nil) == (sample.repetition == 0))
      for round in 0..<rounds.count {
        let accepted = try #require(rounds.accepted?[round])
        let drafted = try #require(rounds.drafted?[round])
        #expect(rounds.byteCount(of: round) == accepted + 1)
        if let rejected = rounds.rejected { #expect(rejected[round].count == drafted - accepted) }
      }
    }
    #expect(samples.contains { $0.rounds.rejected?.contains { !$0.isEmpty } == true })
  }

  @Test func `the order of configurations changes from prompt to prompt`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    #expect(
      try Self.bench(models, "--draft-tokens", "1,2,3", "--repetitions=4", "--output", run).code
        == 64)
    let outcome = try Executable.run([
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", models.path("prompts.jsonl"), "--max-bytes", "4", "--repetitions", "6",
      "--draft-tokens", "1,2,3", "--target-interval", "0", "--time-budget", "1e12",
      "--output", run, "--overwrite",
    ])
    #expect(outcome.code == 0)
    let samples = try Self.file(run).samples.sorted { $0.order < $1.order }
    let orders = stride(from: 0, to: samples.count, by: 4).map { start in
      samples[start..<start + 4].map(\.configuration)
    }
    #expect(orders.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
    #expect(Set(orders).count > 6)
    #expect(Set(orders.map { $0[0] }) == [0, 1, 2, 3])
  }

  @Test func `merged shards have each prompt once, with the outputs of a whole run`() throws {
    let models = try TinyModels()
    let paths = ["whole", "1", "2"].map { models.path("\($0).jsonl") }
    #expect(try Self.bench(models, "--output", paths[0]).code == 0)
    for shard in 1...2 {
      let outcome = try Self.bench(models, "--shard", "\(shard)/2", "--output", paths[shard])
      #expect(outcome.code == 0)
    }
    let merged = try BenchmarkFile(merging: [Self.file(paths[1]), Self.file(paths[2])])
    let whole = try Self.file(paths[0])
    #expect(merged.prompts == whole.prompts)
    func digests(_ file: BenchmarkFile) -> Set<String> {
      Set(file.samples.map { "\($0.configuration) \($0.prompt) \($0.repetition) \($0.digest)" })
    }
    #expect(digests(merged) == digests(whole))
  }

  @Test func `with --twice a configuration is compared with itself`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    #expect(try Self.bench(models, "--twice", "--draft-tokens", "2", "--output", run).code == 0)
    let configurations = try Self.file(run).configurations
    #expect(configurations.map(\.draftTokens) == [.tokens(2), .tokens(2)])
    #expect(configurations.map(\.baseline) == [nil, 0])
    #expect(configurations.map(\.name) == ["2 tokens", "2 tokens, again"])
  }

  @Test func `acceptance and filters are axes, and only the exact rule promises identity`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    let outcome = try Self.bench(
      models, "--acceptance", "exact,rejection,top-beta:3:boundary", "--temperature", "1",
      "--top-p", "0.5,1", "--draft-tokens", "2", "--output", run)
    #expect(outcome.code == 0, "\(outcome.error)")
    let configurations = try Self.file(run).configurations
    #expect(configurations.count == 8)
    #expect(configurations.map(\.baseline) == [nil, 0, 0, 0, nil, 4, 4, 4])
    #expect(
      configurations.prefix(4).map(\.acceptance)
        == [nil, "exact", "rejection", "top-beta:3:boundary"])
    #expect(
      configurations.map(\.topP) == Array(repeating: 0.5, count: 4) + Array(repeating: 1, count: 4))
    #expect(
      configurations.map(\.promisesIdentity)
        == [true, true, false, false, true, true, false, false])
    #expect(configurations[1].name == "2 tokens, exact, top-p 0.5")
  }

  @Test func `several drafters are told apart, also by equal names`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    let list = "\(models.path("drafter")),\(models.path("drafter"))"
    #expect(try Self.bench(models, "--drafter", list, "--output", run).code == 0)
    let file = try Self.file(run)
    #expect(file.run.drafters.map(\.name) == ["drafter", "drafter (2)"])
    #expect(file.configurations.map(\.drafter) == [nil, 0, 1])
    #expect(Set(file.configurations.map(\.name)).count == 3)
  }

  @Test func `a folder of files is a list of prompts, its folders are categories`() throws {
    let models = try TinyModels()
    let folder = models.url.appending(path: "texts")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "verse"), withIntermediateDirectories: true)
    try Data("one".utf8).write(to: folder.appending(path: "a.txt"))
    try Data("two".utf8).write(to: folder.appending(path: "verse/b.txt"))
    try Data("no".utf8).write(to: folder.appending(path: ".hidden"))
    let run = models.path("run.jsonl")
    let outcome = try Executable.run([
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", models.path("texts"), "--max-bytes", "4", "--repetitions", "1", "--time-budget",
      "1e12",
      "--output", run,
    ])
    #expect(outcome.code == 0)
    let prompts = try Self.file(run).prompts
    #expect(prompts.map(\.id) == ["a.txt", "verse/b.txt"])
    #expect(prompts.map(\.category) == ["prompts", "verse"])
    #expect(prompts.map(\.bytes) == [Data("one".utf8), Data("two".utf8)])
  }

  @Test func `when the time is spent one comparison is done all the same`() throws {
    let models = try TinyModels()
    let run = models.path("run.jsonl")
    #expect(try Self.bench(models, "--time-budget", "0", "--output", run).code == 0)
    let file = try Self.file(run)
    #expect(file.samples.count == 2)
    #expect(file.ends.first?.status == .timeBudget)
  }

  @Test(arguments: [
    ["--shard", "5/4"], ["--shard", "4/4"], ["--draft-tokens", "1,,2"], ["--draft-tokens", "-1"],
    ["--temperature", "0,nan"], ["--max-bytes", "0"], ["--repetitions", "0"],
    ["--target-interval", "-1"], ["--time-budget", "soon"], ["--acceptance", "exact,near"],
    ["--acceptance", "top-beta:0"], ["--top-k", "257"], ["--top-p", "0"], ["--min-p", "2"],
  ])
  func `what makes no sense is refused before the models are read`(arguments: [String]) throws {
    let models = try TinyModels()
    let prompts = try models.write(Array(Self.prompts.utf8), to: "prompts.jsonl")
    let outcome = try Executable.run(
      ["bench", "--verifier", "/nowhere", "--drafter", "/nowhere", "--prompts", prompts]
        + arguments)
    #expect(outcome.code == 64)
    #expect(outcome.error.contains(arguments[0]))
  }

  @Test func `prompts that cannot be read fail with file, line and remedy`() throws {
    let models = try TinyModels()
    let prompts = try models.write(Array("{\"text\": 1}".utf8), to: "bad.jsonl")
    let outcome = try Executable.run(["bench", "--prompts", prompts])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("bad.jsonl, line 1"))
  }
}
