import Foundation
import Testing

struct RunTests {
  @Test(arguments: ["0", "0.7"])
  func `the output is that of plain decoding, and standard output holds it alone`(
    temperature: String
  ) throws {
    let models = try TinyModels()
    let arguments = models.run(
      "--prompt", "in the", "--max-bytes", "60", "--temperature", temperature, "--seed", "3")
    let drafted = try Executable.run(arguments + ["--draft-tokens", "3"])
    let plain = try Executable.run(
      [
        "run", "--verifier", models.path("verifier"), "--no-draft", "--prompt", "in the",
        "--max-bytes", "60", "--temperature", temperature, "--seed", "3",
      ])
    #expect(drafted.code == 0)
    #expect(plain.code == 0)
    #expect(drafted.output.count == 60)
    #expect(drafted.output == plain.output)
    #expect(drafted.error.contains("identical: yes"))
    #expect(!plain.error.contains("speculative"))
  }

  @Test(arguments: ["exact", "rejection"])
  func `a drafter that needs no model drafts for any verifier`(rule: String) throws {
    let models = try TinyModels()
    let result = try Executable.run([
      "run", "--verifier", models.path("verifier"), "--drafter", "ngram", "--acceptance", rule,
      "--draft-tokens", "2", "--prompt", "in the beginning, in the beginn", "--max-bytes", "40",
      "--json", "-",
    ])
    #expect(result.code == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any])
    #expect(object["identical"] as? Bool == (rule == "exact" ? true : nil))
    #expect((object["drafted_bytes"] as? Int ?? 0) > 0)
    let configuration = object["configuration"] as? [String: Any]
    #expect(configuration?["drafter"] as? String == "ngram")
  }

  @Test func `with --json - standard output holds the JSON alone`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(models.run("--prompt", "a", "--max-bytes", "9", "--json", "-"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(outcome.code == 0)
    #expect(object["schema"] as? String == "specdecode.run/2")
    #expect(object["output_bytes"] as? Int == 9)
    #expect(object["identical"] as? Bool == true)
  }

  @Test func `with --quiet nothing goes to standard error, also in one pipe with the text`() throws
  {
    let models = try TinyModels()
    let arguments = models.run("--max-bytes", "9", "--samples", "2", "--quiet")
    let apart = try Executable.run(arguments)
    let together = try Executable.run(
      ["-c", #"exec "$0" "$@" 2>&1"#, try Executable.url().path] + arguments,
      program: URL(filePath: "/bin/sh"))
    #expect(apart.code == 0)
    #expect(apart.error.isEmpty)
    #expect(together.output == apart.output)
  }

  @Test func `with --json PATH the report is in the file and the text on standard output`() throws {
    let models = try TinyModels()
    let path = try models.write(Array("old".utf8), to: "report.json")
    let outcome = try Executable.run(
      models.run("--prompt", "a", "--max-bytes", "9", "--json", path, "--no-baseline"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        as? [String: Any])
    #expect(outcome.output.count == 9)
    #expect(object["plain"] is NSNull)
    #expect(
      object["output_base64"] as? String == Data(outcome.output).base64EncodedString())
  }

  @Test func `the report has what it takes to make the output again`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      models.run("--prompt", "in the", "--max-bytes", "4", "--json", "-"))
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(report["prompt_text"] as? String == "in the")
    for (name, key) in [("verifier", "verifier_fingerprint"), ("drafter", "drafter_fingerprint")] {
      let inspection = try Executable.run(["inspect", models.path(name)])
      #expect(inspection.text.contains(try #require(report[key] as? String)))
    }
    let machine = try #require(report["machine"] as? [String: Any])
    #expect(machine["processor"] is String && report["started"] is String)
  }

  /// The pipe has its bytes before the program starts.
  @Test func `what is piped in and not read is said, unless there is nothing`() throws {
    let models = try TinyModels()
    let rest = ["--max-bytes", "4", "--no-baseline"]
    let note = "note: standard input is not read; --prompt - takes the prompt from it\n"
    let piped = try Executable.run(
      models.run("--prompt", "a") + rest, input: Array("in the".utf8))
    #expect(piped.code == 0 && piped.error.contains(note))
    for (arguments, input) in [
      (models.run("--prompt", "a"), ""), (models.run("--prompt", "-"), "a"),
      (models.run("--prompt", "a", "--quiet"), "in the"),
    ] {
      let outcome = try Executable.run(arguments + rest, input: Array(input.utf8))
      #expect(outcome.code == 0 && outcome.output == piped.output)
      #expect(!outcome.error.contains(note))
    }
  }

  @Test func `in one pipe with the text the report begins on a line of its own`() throws {
    let models = try TinyModels()
    let arguments = models.run("--prompt", "a", "--max-bytes", "9")
    let apart = try Executable.run(arguments)
    let together = try Executable.run(
      ["-c", #"exec "$0" "$@" 2>&1"#, try Executable.url().path] + arguments,
      program: URL(filePath: "/bin/sh"))
    #expect(apart.error.hasPrefix("speculative"))
    #expect(together.output.starts(with: apart.output + Array("\n\nspeculative".utf8)))
  }

  @Test func `samples that are decoded together are what each is alone, in order`() throws {
    let models = try TinyModels()
    let path = models.path("report.json")
    func run(_ arguments: String...) throws -> Executable.Outcome {
      try Executable.run(
        models.run("--temperature", "1", "--samples", "5", "--max-bytes", "30") + arguments)
    }
    let together = try run("--batch-size", "3", "--json", path)
    #expect(together.code == 0, "\(together.error)")
    #expect(together.output == (try run("--batch-size", "1", "--quiet").output))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        as? [String: Any])
    let configuration = try #require(object["configuration"] as? [String: Any])
    #expect(configuration["batch_size"] as? Int == 3)
    #expect(object["identical"] as? Bool == true)
    #expect((object["samples"] as? [Any])?.count == 5)
  }

  @Test func `an empty prompt stands for one newline or the start byte`() throws {
    let models = try TinyModels()
    let rest = ["--max-bytes", "20", "--no-baseline"]
    let empty = try Executable.run(models.run("--prompt", "") + rest)
    let newline = try Executable.run(models.run("--prompt", "\n") + rest)
    let letter = try Executable.run(models.run("--prompt", "a") + rest)
    let start = try Executable.run(models.run("--prompt", "", "--start-byte", "97") + rest)
    #expect(empty.code == 0)
    #expect(empty.output == newline.output)
    #expect(start.output == letter.output)
  }

  @Test func `a prompt on the command line may be any bytes`() throws {
    let models = try TinyModels()
    let command = [try Executable.url().path] + models.run("--max-bytes", "4", "--no-baseline")
    let outcome = try Executable.run(
      ["-c", #"exec "$@" --json - --prompt "$(printf 'caf\351')""#, "sh"] + command,
      program: URL(filePath: "/bin/sh"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(object["prompt_bytes"] as? Int == 4)
    let bytes = try models.write([0x63, 0x61, 0x66, 0xE9], to: "latin")
    let fromFile = try Executable.run(
      models.run("--max-bytes", "4", "--no-baseline", "--prompt-file", bytes))
    #expect(object["output_base64"] as? String == Data(fromFile.output).base64EncodedString())
  }

  @Test func `a prompt from a file or standard input may be any bytes`() throws {
    let models = try TinyModels()
    let bytes: [UInt8] = [0xFF, 0x00, 0xC3, 0x28, 0x80]
    let path = try models.write(bytes, to: "prompt")
    let rest = ["--max-bytes", "20"]
    let file = try Executable.run(models.run("--prompt-file", path) + rest)
    let pipe = try Executable.run(models.run("--prompt-file", "-") + rest, input: bytes)
    #expect(file.code == 0)
    #expect(file.output.count == 20)
    #expect(file.output == pipe.output)
  }

  @Test func `samples are told apart and use seeds one after the other`() throws {
    let models = try TinyModels()
    let rest = ["--prompt", "a", "--max-bytes", "12", "--temperature", "1", "--no-baseline"]
    let both = try Executable.run(models.run("--samples", "2", "--seed", "5") + rest)
    let first = try Executable.run(models.run("--seed", "5") + rest)
    let second = try Executable.run(models.run("--seed", "6") + rest)
    #expect(both.output == first.output + [0x0A] + second.output)
    #expect(both.error.contains("sample 2 of 2, seed 6"))
  }

  @Test func `highlighting changes no byte of the text and NO_COLOR switches it off`() throws {
    let models = try TinyModels()
    let rest = ["--prompt", "a", "--max-bytes", "80", "--no-baseline", "--draft-tokens", "2"]
    let plain = try Executable.run(models.run() + rest)
    let coloured = try Executable.run(models.run("--highlight") + rest)
    let off = try Executable.run(models.run("--highlight") + rest, environment: ["NO_COLOR": "1"])
    #expect(off.output == plain.output)
    #expect(coloured.code == 0)
    #expect(coloured.output.count >= plain.output.count)
  }

  @Test func `the models of SPECDECODE_MODELS are used when none are given`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      ["run", "--max-bytes", "4", "--prompt", "a", "--json", "-"],
      environment: ["SPECDECODE_MODELS": models.path("")])
    #expect(outcome.code == 0)
    #expect(outcome.text.contains(models.path("verifier")))
  }

  @Test func `no bytes are a complete run`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(models.run("--prompt", "a", "--max-bytes", "0"))
    #expect(outcome.code == 0)
    #expect(outcome.output.isEmpty)
  }
}
