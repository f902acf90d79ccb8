import Foundation
import Testing

struct ScoreTests {
  private struct Report: Decodable {
    struct Entry: Decodable, Equatable {
      let index: Int
      let base64: String
      let bytes: Int
      let logprob: Double
      let logprobs: [Double]
    }

    let continuations: [Entry]
    let best: Int
    let consumedBytes: Int
    let promptBytes: Int
  }

  private static func score(
    _ models: TinyModels, _ arguments: [String], input: [UInt8] = []
  ) throws -> Report {
    let outcome = try Executable.run(
      ["score", "--verifier", models.path("verifier"), "--json", "-"] + arguments, input: input)
    try #require(outcome.code == 0, "\(outcome.error)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(outcome.output))
  }

  @Test func `one continuation scores as eval counts the same bytes`() throws {
    let models = try TinyModels()
    let text = Array("in the beginning there was a line that is longer than a window".utf8)
    let report = try Self.score(models, ["-"], input: text)
    let file = try models.write(text, to: "text")
    let outcome = try Executable.run(["eval", models.path("verifier"), file])
    let bits = -report.continuations[0].logprob / log(2) / Double(text.count)
    #expect(outcome.text.contains(String(format: "%.4f", bits)))
    #expect(report.continuations[0].logprobs.count == text.count)
    #expect(report.consumedBytes == text.count - 1)
    #expect(report.promptBytes == 1)
  }

  @Test func `lines, JSON lines and options are the same continuations`() throws {
    let models = try TinyModels()
    let lines = try models.write(Array(" me\n the sea\n\n th\u{e9}".utf8), to: "lines.txt")
    let json = try models.write(
      Array(
        """
        {"text": " me"}
        {"base64": "IHRoZSBzZWE=", "id": "second"}
        {"text": ""}
        {"text": " thé"}

        """.utf8), to: "lines.jsonl")
    let prompt = ["--prompt", "It was"]
    let expected = try Self.score(models, prompt + [lines]).continuations
    #expect(try Self.score(models, prompt + [json]).continuations == expected)
    let options = [" me", " the sea", "", " th\u{e9}"].flatMap { ["-c", $0] }
    #expect(try Self.score(models, prompt + options).continuations == expected)
    #expect(
      try Self.score(models, prompt + options + ["--batch-size", "1", "-t", "1"]).continuations
        == expected)
    let outcome = try Executable.run(
      ["score", "--verifier", models.path("verifier"), "--sort", "total", lines] + prompt)
    // The empty one is certain.
    #expect(outcome.text.split(separator: "\n")[1].hasPrefix("*"))
    #expect(outcome.text.split(separator: "\n")[1].hasSuffix("0  \"\""))
    #expect(outcome.text.split(separator: "\n").count == 5)
  }

  @Test func `a state is what its prompt is`() throws {
    let models = try TinyModels()
    let state = models.path("state")
    let saved = try Executable.run(
      models.run("--prompt", "It was", "--max-bytes", "0", "--save-state", state))
    try #require(saved.code == 0)
    let after = try Self.score(models, ["--load-state", state, "--prompt", " a", "-c", " day"])
    let whole = try Self.score(models, ["--prompt", "It was a", "-c", " day"])
    #expect(after.continuations == whole.continuations)
    #expect(try Executable.run(["score", "--load-state", state, "-c", "a"]).code == 1)
  }

  @Test func `what cannot be scored is said`() throws {
    let models = try TinyModels()
    let empty = try models.write([], to: "empty")
    let damaged = try models.write(Array("{\"txt\": 1}".utf8), to: "damaged.jsonl")
    let verifier = ["--verifier", models.path("verifier")]
    for (arguments, code, message) in [
      ([], 64, "one a line"), ([empty], 1, "0 continuations"),
      ([damaged], 1, "line 1"), (["/nowhere"], 1, "/nowhere"),
      (["-", "--prompt", "-"], 64, "standard input once"),
      (["-c", "a", "--batch-size", "0"], 64, "1 to 1024"),
      (["-c", "a", "--sort", "best"], 64, "per-byte"),
    ] as [([String], Int32, String)] {
      let outcome = try Executable.run(["score"] + verifier + arguments)
      #expect(outcome.code == code)
      #expect(outcome.error.contains(message), "\(outcome.error)")
    }
  }
}
