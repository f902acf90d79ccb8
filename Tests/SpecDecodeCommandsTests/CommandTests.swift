import Checkpoint
import Foundation
import Testing

struct CommandTests {
  @Test(arguments: [["help"], ["--help"], ["-h"]])
  func `the overview names every command`(arguments: [String]) throws {
    let outcome = try Executable.run(arguments)
    #expect(outcome.code == 0)
    for name in [
      "run", "inspect", "logits", "tokenize", "convert", "quantize", "selftest", "version",
    ] {
      #expect(outcome.text.contains("\n  \(name) "))
    }
  }

  @Test(arguments: [
    "run", "inspect", "logits", "tokenize", "convert", "quantize", "selftest", "version",
  ])
  func `every command has a help with an example, by both ways`(name: String) throws {
    let outcome = try Executable.run(["help", name])
    #expect(outcome.code == 0)
    #expect(outcome.text.contains("usage: specdecode \(name)"))
    #expect(outcome.text.contains("examples\n"))
    #expect(try Executable.run([name, "--help"]).text == outcome.text)
    #expect(outcome.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `without a command the overview goes to standard error`() throws {
    let outcome = try Executable.run([])
    #expect(outcome.code == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.contains("usage: specdecode COMMAND"))
  }

  @Test(arguments: ["version", "--version", "-v"])
  func `the version names the instruction sets`(name: String) throws {
    let outcome = try Executable.run([name], environment: ["SPECDECODE_ISA": "scalar"])
    #expect(outcome.code == 0)
    #expect(outcome.text.hasPrefix("specdecode 0.2.0 (scalar of "))
    #expect(outcome.text.split(separator: "\n").count == 1)
    let json = try Executable.run([name, "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    #expect(object?["version"] as? String == "0.2.0")
  }

  @Test func `tokens go forth and back`() throws {
    let models = try TinyModels()
    let tokenizer = ["tokenize", "--tokenizer", models.path("drafter/tokenizer.json")]
    let bytes = Array("in the 中 ".utf8) + [0xFF, 0x00]
    let ids = try Executable.run(tokenizer, input: bytes)
    #expect(ids.text.hasPrefix("[263,"))
    #expect(try Executable.run(tokenizer + ["--decode"], input: ids.output).output == bytes)
  }

  @Test(arguments: ["[1,", "{}", "[1.5]", "[99999999999]", ""])
  func `what is no list of ids is refused`(text: String) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      ["tokenize", "--tokenizer", models.path("drafter/tokenizer.json"), "--decode"],
      input: Array(text.utf8))
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("standard input is not a JSON list of token ids"))
  }

  @Test func `inspect says what a checkpoint can be used for`() throws {
    let models = try TinyModels()
    let verifier = try Executable.run(["inspect", models.path("verifier")])
    #expect(verifier.code == 0)
    #expect(verifier.text.contains("verifier (--verifier)"))
    #expect(verifier.text.contains("fingerprint"))
    let drafter = try Executable.run(["inspect", models.path("drafter"), "--json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(drafter.output)) as? [String: Any])
    #expect(object["schema"] as? String == "specdecode.inspect/1")
    #expect(object["uses"] as? [String] == ["drafter"])
    #expect(object["tokenizer_size"] as? Int == TinyModels.drafterSize)
    #expect((object["fingerprint"] as? String)?.count == 64)
  }

  @Test func `inspect says why a tokenizer cannot be used`() throws {
    let models = try TinyModels()
    for model in ["verifier", "drafter"] {
      _ = try models.write(Array("{}".utf8), to: "\(model)/tokenizer.json")
    }
    let verifier = try Executable.run(["inspect", models.path("verifier")])
    #expect(verifier.code == 0)
    #expect(verifier.text.contains("verifier (--verifier)"))
    #expect(verifier.text.contains("tokenizer       not usable: "))
    let drafter = try Executable.run(["inspect", models.path("drafter"), "--json"])
    #expect(drafter.code == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(drafter.output)) as? [String: Any])
    #expect(object["uses"] as? [String] == [])
    #expect(object["tokenizer_size"] is NSNull)
    #expect((object["tokenizer_error"] as? String)?.contains("tokenizer.json") == true)
  }

  @Test func `logits of bytes and of the same ids are one file`() throws {
    let models = try TinyModels()
    let input = try models.write([0, 7, 255], to: "input")
    let tokens = try models.write(Array("[0, 7, 255]".utf8), to: "ids.json")
    let base = ["logits", "--model", models.path("verifier"), "--output"]
    #expect(try Executable.run(base + [models.path("a.npy"), "--input", input]).code == 0)
    #expect(try Executable.run(base + [models.path("b.npy"), "--tokens", tokens]).code == 0)
    let bytes = try Data(contentsOf: URL(filePath: models.path("a.npy")))
    #expect(bytes == (try Data(contentsOf: URL(filePath: models.path("b.npy")))))
    #expect(bytes.count == 128 + 3 * 256 * 4)
    #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("(3, 256)"))
  }

  @Test(arguments: [("[256]", "the model's tokens are 0 to 255"), ("[-1]", "-1"), ("[]", "empty")])
  func `tokens that the model lacks are refused`(text: String, word: String) throws {
    let models = try TinyModels()
    let tokens = try models.write(Array(text.utf8), to: "ids.json")
    let outcome = try Executable.run([
      "logits", "--model", models.path("verifier"), "--tokens", tokens,
      "--output", models.path("out.npy"),
    ])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains(word))
    #expect(!FileManager.default.fileExists(atPath: models.path("out.npy")))
  }
}
