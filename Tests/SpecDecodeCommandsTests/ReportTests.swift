import Foundation
import Testing

struct ReportTests {
  /// A folder with a benchmark of tiny models in it, whole and in two shards.
  private struct Fixture {
    let models: TinyModels

    init() throws {
      models = try TinyModels()
    }

    func bench(_ name: String, _ arguments: String...) throws -> String {
      let prompts = try models.write(
        Array((0..<4).map { "{\"id\": \"p\($0)\", \"text\": \"in the \($0)\"}\n" }.joined().utf8),
        to: "prompts.jsonl")
      let path = models.path(name)
      let outcome = try Executable.run(
        [
          "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
          "--prompts", prompts, "--max-bytes", "12", "--repetitions", "2", "--target-interval",
          "0", "--time-budget", "1e12", "--quiet", "--output", path,
        ] + arguments)
      try #require(outcome.code == 0, "\(outcome.error)")
      return path
    }
  }

  @Test func `a benchmark becomes Markdown, a page and JSON`() throws {
    let fixture = try Fixture()
    let run = try fixture.bench("run.jsonl", "--draft-tokens", "1,2")
    let text = try Executable.run(["report", run])
    #expect(text.code == 0, "\(text.error)")
    #expect(text.text.hasPrefix("# Speculative decoding: run\n"))
    #expect(text.text.contains("| p3 | "))
    let page = fixture.models.path("run.html")
    let markdown = fixture.models.path("run.md")
    let files = try Executable.run(["report", run, "--html", page, "--markdown", markdown])
    #expect(files.code == 0 && files.output.isEmpty, "\(files.error)")
    #expect(try String(contentsOfFile: markdown, encoding: .utf8) == text.text)
    #expect(try String(contentsOfFile: page, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
    let json = try Executable.run(["report", run, "--json", "-"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    #expect(object?["schema"] as? String == "specdecode.report/2")
    let file = fixture.models.path("run.json")
    let written = try Executable.run(["report", run, "--json", file, "--html", "-"])
    #expect(written.code == 0 && written.text.hasPrefix("<!DOCTYPE html>"))
    #expect(try Array(Data(contentsOf: URL(filePath: file))) == json.output)
  }

  @Test func `shards are one benchmark, as files and as a folder`() throws {
    let fixture = try Fixture()
    let first = try fixture.bench("1.jsonl", "--shard", "1/2")
    let second = try fixture.bench("2.jsonl", "--shard", "2/2")
    let merged = try Executable.run(["report", second, first])
    #expect(merged.code == 0, "\(merged.error)")
    #expect(merged.text.contains("all 2"))
    for name in ["p0", "p1", "p2", "p3"] { #expect(merged.text.contains("| \(name) | ")) }
    let part = try Executable.run(["report", first])
    #expect(part.text.contains("Only 1 of 2 shards"))
    let folder = fixture.models.path("shards")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    for path in [first, second] {
      try FileManager.default.copyItem(
        atPath: path, toPath: folder + "/" + URL(filePath: path).lastPathComponent)
    }
    let whole = try Executable.run(["report", folder])
    #expect(whole.text.contains("all 2"), "\(whole.error)")
    let twice = try Executable.run(["report", first, first])
    #expect(twice.code == 1)
    #expect(twice.error.contains("both have the prompt p0"))
  }

  @Test func `two benchmarks are compared`() throws {
    let fixture = try Fixture()
    let first = try fixture.bench("a.jsonl")
    let second = try fixture.bench("b.jsonl")
    let outcome = try Executable.run(["report", "--compare", first, second])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.text.hasPrefix("# a → b\n"))
    let alone = try Executable.run(["report", "--compare", first])
    #expect(alone.code == 1)
    #expect(alone.error.contains("--compare needs two benchmarks"))
  }

  @Test(arguments: [
    ("", "does not begin with a run's line"),
    ("{\"record\":\"end\"}\n", "line 1"),
    ("nonsense\n", "line 1"),
    ("{\"record\":\"run\",\"schema\":\"specdecode.bench/9\"}\n", "specdecode.bench/9"),
  ])
  func `a file that is no benchmark is refused by name and line`(text: String, reason: String)
    throws
  {
    let models = try TinyModels()
    let path = try models.write(Array(text.utf8), to: "bad.jsonl")
    let outcome = try Executable.run(["report", path])
    #expect(outcome.code == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.contains("bad.jsonl"))
    #expect(outcome.error.contains(reason), "\(outcome.error)")
  }

  @Test func `a line that was changed is named with its field`() throws {
    let fixture = try Fixture()
    let run = try fixture.bench("run.jsonl")
    let text = try String(contentsOfFile: run, encoding: .utf8)
    var lines = text.split(separator: "\n").map(String.init)
    let place = try #require(lines.firstIndex { $0.contains("\"record\":\"sample\"") })
    lines[place] = lines[place].replacing("\"output_bytes\":12", with: "\"output_bytes\":13")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: run))
    let outcome = try Executable.run(["report", run])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("line \(place + 1): output_bytes is 13"), "\(outcome.error)")
  }

  @Test func `nothing is read before it is known where to write`() throws {
    let outcome = try Executable.run(["report", "/none.jsonl", "--html", "/none/a.html"])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("/none/a.html cannot be written"))
    let missing = try Executable.run(["report", "/none.jsonl"])
    #expect(missing.error.contains("/none.jsonl cannot be read"))
    let usage = try Executable.run(["report"])
    #expect(usage.code == 64)
  }
}
