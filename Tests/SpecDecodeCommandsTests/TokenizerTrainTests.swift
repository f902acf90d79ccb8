import Foundation
import Testing

struct TokenizerTrainTests {
  @Test func `a tokenizer is trained from files and takes text`() throws {
    let models = try TinyModels()
    let first = try models.write(Array("the cat, the hat, the bat".utf8), to: "a.txt")
    let second = try models.write(Array("the end\u{0}".utf8) + [0xFF], to: "b.txt")
    let output = models.path("trained.json")
    let outcome = try Executable.run(
      ["tokenizer", "train", first, second, "--vocabulary", "260", "--output", output])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.isEmpty && outcome.error.hasPrefix("wrote "))
    let ids = try Executable.run(["tokenize", "--tokenizer", output], input: Array(" the".utf8))
    #expect(ids.text.split(separator: ",").count < 4)
    let back = try Executable.run(
      ["tokenize", "--tokenizer", output, "--decode"], input: ids.output)
    #expect(back.text == " the")
  }

  @Test func `the same text gives the same file, from standard input too`() throws {
    let models = try TinyModels()
    let bytes = Array(String(repeating: "one two three two one ", count: 50).utf8)
    let text = try models.write(bytes, to: "a.txt")
    for (source, output) in [(text, "x.json"), (text, "y.json"), ("-", "z.json")] {
      let outcome = try Executable.run(
        ["tokenizer", "train", source, "--output", models.path(output), "--vocabulary=270"],
        input: bytes)
      #expect(outcome.code == 0, "\(outcome.error)")
    }
    let files = try ["x.json", "y.json", "z.json"].map {
      try Data(contentsOf: URL(filePath: models.path($0)))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: models.url.path).count == 6)
  }

  @Test func `fewer tokens than asked for are reported`() throws {
    let models = try TinyModels()
    let text = try models.write([], to: "empty.txt")
    let outcome = try Executable.run([
      "tokenizer", "train", text, "--output", models.path("out.json"),
    ])
    #expect(outcome.code == 0)
    #expect(outcome.error.contains("256 tokens instead of 16384"))
  }

  @Test func `a file that cannot be read leaves no output`() throws {
    let models = try TinyModels()
    let text = try models.write(Array("a a".utf8), to: "a.txt")
    let missing = models.path("missing.txt")
    let output = models.path("out.json")
    let outcome = try Executable.run(["tokenizer", "train", text, missing, "--output", output])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("\(missing) cannot be read"))
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func `a folder that is not there is named before the work`() throws {
    let models = try TinyModels()
    let text = try models.write(Array("a a".utf8), to: "a.txt")
    let outcome = try Executable.run(
      ["tokenizer", "train", text, "--output", models.path("none/out.json")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("there is no folder"))
  }

  @Test(arguments: [
    (["train"], "tokenizer train needs TEXT"),
    (["train", "a.txt"], "tokenizer train needs --output FILE"),
    (["train", "a.txt", "--output", "o", "--vocabulary", "255"], "from 256 to 16777216"),
    ([], "tokenizer needs a command of its own: train"),
    (["--output", "o"], "tokenizer needs a command of its own: train"),
    (["trian"], "no command tokenizer trian; did you mean tokenizer train?"),
  ])
  func `wrong usage is refused`(arguments: [String], message: String) throws {
    let outcome = try Executable.run(["tokenizer"] + arguments)
    #expect(outcome.code == 64)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test func `both ways to its help say the same`() throws {
    let help = try Executable.run(["help", "tokenizer", "train"])
    #expect(help.code == 0)
    #expect(help.text.contains("usage: specdecode tokenizer train TEXT … [OPTIONS]"))
    #expect(try Executable.run(["tokenizer", "train", "--help"]).text == help.text)
    #expect(help.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(try Executable.run(["help"]).text.contains("\n  tokenizer train "))
  }

  @Test func `exact ids are of the bytes as they are`() throws {
    let models = try TinyModels()
    let path = "drafter/tokenizer.json"
    var file = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(filePath: models.path(path)))) as? [String: Any])
    file["normalizer"] = ["type": "NFC"]
    let json = try JSONSerialization.data(withJSONObject: file)
    let tokenizer = try models.write(Array(json), to: path)
    let text = Array("e\u{301}".utf8)
    for (options, expected) in [([], "é"), (["--exact"], "e\u{301}")] {
      let ids = try Executable.run(["tokenize", "--tokenizer", tokenizer] + options, input: text)
      let back = try Executable.run(
        ["tokenize", "--tokenizer", tokenizer, "--decode"], input: ids.output)
      #expect(back.output == Array(expected.utf8))
    }
    let both = try Executable.run(["tokenize", "--tokenizer", tokenizer, "--exact", "--decode"])
    #expect(both.code == 64)
  }
}
