import Foundation
import Testing

struct SamplerOptionTests {
  private static func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `an output ends before a stop text, which the report names`() throws {
    let models = try TinyModels()
    let arguments = models.run(
      "--prompt", "in the", "--max-bytes", "50", "--temperature", "1", "--top-p", "0.98")
    let whole = try Executable.run(arguments + ["--no-baseline"]).output
    let text = whole[20..<26].map { byte in
      "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    let path = models.path("report.json")
    let cut = try Executable.run(
      arguments + ["--stop", "never\\n\\r\\t\\0\\\\", "--stop", text, "--json", path])
    let object = try Self.object(path)
    #expect(cut.code == 0)
    #expect(whole.starts(with: cut.output) && cut.output.count <= 20)
    #expect(object["stop_reason"] as? String == "stop_text")
    #expect(object["identical"] as? Bool == true)
    let withheld = Data(whole[20..<26]).base64EncodedString()
    #expect(object["withheld_base64"] as? String == withheld)
    #expect(cut.error.contains("ended       by a stop text"))
    let configuration = try #require(object["configuration"] as? [String: Any])
    #expect(
      configuration["stop_base64"] as? [String]
        == [Data("never\n\r\t\0\\".utf8).base64EncodedString(), withheld])
    #expect(configuration["top_p"] as? Double == 0.98)
    #expect(configuration["top_k"] is NSNull)
  }

  @Test func `log probabilities are a line a byte, with a drafter and without`() throws {
    let models = try TinyModels()
    let rest = [
      "--prompt", "a", "--max-bytes", "40", "--temperature", "0.9", "--top-k", "50", "--valid-utf8",
    ]
    let drafted = try Executable.run(
      models.run("--logprobs", models.path("drafted")) + rest + ["--draft-tokens", "3"])
    let plain = try Executable.run(
      ["run", "--verifier", models.path("verifier"), "--no-draft"] + rest
        + ["--logprobs", models.path("plain")])
    let lines = try Data(contentsOf: URL(filePath: models.path("drafted")))
    #expect(drafted.code == 0 && plain.code == 0)
    let isSame = try lines == Data(contentsOf: URL(filePath: models.path("plain")))
    #expect(isSame)
    let entries = try lines.split(separator: 0x0A).map {
      try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Double])
    }
    #expect(entries.map { $0["byte"] } == drafted.output.map(Double.init))
    #expect(entries.indices.allSatisfy { entries[$0]["position"] == Double($0) })
    let areLogarithms = entries.allSatisfy {
      ($0["logprob"] ?? 1) <= 0 && ($0["raw_logprob"] ?? 1) <= 0
    }
    #expect(areLogarithms)
    #expect(String(validating: drafted.output, as: UTF8.self) != nil)
  }

  @Test func `filters at temperature 0 bring a note and change nothing`() throws {
    let models = try TinyModels()
    let arguments = models.run("--prompt", "a", "--max-bytes", "9", "--no-baseline")
    let plain = try Executable.run(arguments)
    let filtered = try Executable.run(arguments + ["--top-k", "3"])
    #expect(filtered.output == plain.output)
    #expect(filtered.error.contains("--top-k, --top-p and --min-p change nothing"))
    #expect(!plain.error.contains("--top-k"))
  }
}
