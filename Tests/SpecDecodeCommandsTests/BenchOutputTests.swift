import Foundation
import Reporting
import Testing

/// What `bench --output` does to a file that is there, or that somebody else touches.
struct BenchOutputTests {
  private static func arguments(
    _ models: TinyModels, repetitions: Int = 2, _ arguments: String...
  ) throws -> [String] {
    let prompts = try models.write(
      Array("{\"id\": \"a\", \"text\": \"in the\"}\n{\"id\": \"b\", \"text\": \"\"}".utf8),
      to: "prompts.jsonl")
    return [
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", prompts, "--max-bytes", "8", "--repetitions", "\(repetitions)",
      "--target-interval", "0", "--time-budget", "1e12", "--output", models.path("run.jsonl"),
    ] + arguments
  }

  private static func file(_ models: TinyModels) throws -> BenchmarkFile {
    try BenchmarkFile(
      parsing: Data(contentsOf: models.url.appending(path: "run.jsonl")), file: "run.jsonl")
  }

  @Test func `samples that are there are not touched unless it is said`() throws {
    let models = try TinyModels()
    #expect(try Executable.run(Self.arguments(models)).code == 0)
    let before = try Data(contentsOf: models.url.appending(path: "run.jsonl"))
    let refused = try Executable.run(Self.arguments(models))
    #expect(refused.code == 1 && refused.output.isEmpty)
    #expect(refused.error.contains("--append") && refused.error.contains("--overwrite"))
    #expect(try Data(contentsOf: models.url.appending(path: "run.jsonl")) == before)
    #expect(try Executable.run(Self.arguments(models, repetitions: 1, "--overwrite")).code == 0)
    #expect(try Self.file(models).samples.count == 4)
  }

  @Test func `a benchmark is continued with what is missing`() throws {
    let models = try TinyModels()
    #expect(try Executable.run(Self.arguments(models, repetitions: 1)).code == 0)
    let first = try Self.file(models)
    let again = try Executable.run(Self.arguments(models, repetitions: 3, "--append"))
    #expect(again.code == 0, "\(again.error)")
    let file = try Self.file(models)
    #expect(Array(file.samples.prefix(4)) == first.samples)
    #expect(file.samples.count == 12 && file.ends.count == 1 && file.isComplete)
    #expect(Set(file.samples.map(\.order)) == Set(0..<12))
    #expect(file.costs.count == first.costs.count)
    let last = try #require(first.ends.first?.seconds)
    #expect(file.samples.dropFirst(4).allSatisfy { $0.started >= last })
  }

  @Test func `a run that was killed in a line is continued`() throws {
    let models = try TinyModels()
    #expect(try Executable.run(Self.arguments(models, repetitions: 1)).code == 0)
    let url = models.url.appending(path: "run.jsonl")
    let text = try String(contentsOf: url, encoding: .utf8)
    let lines = text.split(separator: "\n")
    let samples = lines.indices.filter { lines[$0].contains("\"record\":\"sample\"") }
    let kept = lines[..<samples[1]].joined(separator: "\n") + "\n" + lines[samples[1]].prefix(30)
    try Data(kept.utf8).write(to: url)
    let outcome = try Executable.run(Self.arguments(models, repetitions: 1, "--append"))
    #expect(outcome.code == 0, "\(outcome.error)")
    let file = try Self.file(models)
    #expect(file.samples.count == 4 && file.isComplete)
  }

  @Test(arguments: [["--seed", "3"], ["--draft-tokens", "1"], ["--threads", "1"]])
  func `other settings do not continue a benchmark`(other: [String]) throws {
    let models = try TinyModels()
    #expect(try Executable.run(Self.arguments(models, "--threads", "2")).code == 0)
    let rest = other.contains("--threads") ? [] : ["--threads", "2"]
    let outcome = try Executable.run(Self.arguments(models, "--append") + other + rest)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("was measured with other settings"), "\(outcome.error)")
  }

  /// Starts a benchmark that does not end by itself, and returns when it has written a sample.
  private static func start(_ models: TinyModels) throws -> Executable {
    let run = try Executable(arguments(models, repetitions: 1_000_000))
    try run.process.run()
    let path = models.path("run.jsonl")
    while run.process.isRunning {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      if text.contains("\"record\":\"sample\"") { break }
      sched_yield()
    }
    return run
  }

  @Test func `two benchmarks do not write one file`() throws {
    let models = try TinyModels()
    let first = try Self.start(models)
    for option in ["--append", "--overwrite"] {
      let second = try Executable.run(Self.arguments(models, option))
      #expect(second.code == 1)
      #expect(second.error.contains("another benchmark is writing it"), "\(second.error)")
    }
    kill(first.process.processIdentifier, SIGINT)
    #expect(try first.finish().code == 130)
    #expect(try Self.file(models).ends.first?.status == .interrupted)
  }

  @Test(arguments: [true, false])
  func `a file that is replaced or removed ends the run with a message`(isReplaced: Bool) throws {
    let models = try TinyModels()
    let run = try Self.start(models)
    if isReplaced {
      try Data().write(to: models.url.appending(path: "run.jsonl"), options: .atomic)
    } else {
      try FileManager.default.removeItem(atPath: models.path("run.jsonl"))
    }
    let outcome = try run.finish()
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("it was replaced or removed while it was written"))
  }

  @Test func `prompts and kinds that the time did not reach are said`() throws {
    let models = try TinyModels()
    let prompts = try models.write(
      Array(
        (0..<3).map { "{\"text\": \"in the\", \"category\": \"kind \($0)\"}\n" }.joined().utf8),
      to: "kinds.jsonl")
    let outcome = try Executable.run([
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", prompts, "--max-bytes", "8", "--time-budget", "0",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.error.contains("only 1 of 3 prompts were measured, and none of the kind"))
    #expect(outcome.error.contains("next: add --output"))
  }

  @Test func `a long prompt is left when the time is spent`() throws {
    let models = try TinyModels()
    let text = String(repeating: "in the ", count: 30_000)
    let prompts = try models.write(Array("{\"text\": \"\(text)\"}".utf8), to: "long.jsonl")
    let outcome = try Executable.run([
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", prompts, "--max-bytes", "8", "--time-budget", "0", "--output",
      models.path("run.jsonl"),
    ])
    #expect(outcome.code == 0, "\(outcome.error)")
    let file = try Self.file(models)
    #expect(file.ends.first?.status == .timeBudget && file.samples.isEmpty)
  }
}
