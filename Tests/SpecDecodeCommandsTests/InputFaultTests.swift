import Foundation
import Testing

/// Files that are none, that never end, or whose names are not what they look like.
struct InputFaultTests {
  /// What reads a file that must be one.
  enum Reader: String, CaseIterable {
    case state, report, tokens, prompts, folder, merge

    func arguments(_ models: TinyModels, _ path: String) throws -> [String] {
      switch self {
      case .state: return models.run("--load-state", path)
      case .report: return ["report", path]
      case .tokens:
        return [
          "logits", "--model", models.path("verifier"), "--tokens", path, "--output",
          models.path("out.npy"),
        ]
      case .prompts: return ["bench", "--prompts", path, "--time-budget", "0"]
      case .folder:
        let folder = models.url.appending(path: "texts")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
          at: folder.appending(path: "a.txt"), withDestinationURL: URL(filePath: path))
        return ["bench", "--prompts", folder.path, "--time-budget", "0"]
      case .merge: return ["eval", "--merge", path, path]
      }
    }
  }

  @Test(arguments: Reader.allCases)
  func `what is no file is refused and not waited for`(reader: Reader) throws {
    let models = try TinyModels()
    let pipe = models.path("pipe")
    let maker = try Executable.run(
      ["-c", "mkfifo \"$0\"", pipe], program: URL(filePath: "/bin/sh"))
    try #require(maker.code == 0)
    let outcome = try Executable.run(reader.arguments(models, pipe))
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("cannot be read: it is no regular file"), "\(outcome.error)")
    let other = try TinyModels()
    let zero = try Executable.run(reader.arguments(other, "/dev/zero"))
    #expect(zero.code == 1)
    #expect(zero.error.contains("cannot be read: it is no regular file"), "\(zero.error)")
  }

  /// Sparse: it takes no room on the disk, but reading it would take minutes.
  @Test(arguments: Reader.allCases)
  func `what is far too large is refused before it is read`(reader: Reader) throws {
    let models = try TinyModels()
    let path = try models.write([], to: "large")
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 1 << 40)
    try handle.close()
    let outcome = try Executable.run(reader.arguments(models, path))
    #expect(outcome.code == 1)
    #expect(
      outcome.error.contains(reader == .folder ? "a.txt has more than" : "large has more than"),
      "\(outcome.error)")
  }

  @Test(arguments: [Reader.state, .report, .tokens, .prompts])
  func `of half a gigabyte of nothing only the beginning is read`(reader: Reader) throws {
    let models = try TinyModels()
    let path = try models.write([], to: "zeros")
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 200 << 20)
    try handle.close()
    let arguments = try reader.arguments(models, path)
    // A program that reads it all has no room for it.
    let outcome = try Executable.run(
      ["-c", "ulimit -v 600000; exec \"$0\" \"$@\"", try Executable.url().path] + arguments,
      program: URL(filePath: "/bin/sh"))
    #expect(outcome.code == 1, "\(outcome.error)")
    #expect(outcome.error.contains("zeros"), "\(outcome.error)")
  }

  @Test func `standard input may be a pipe`() throws {
    let models = try TinyModels()
    let text = try Executable.run(
      models.run("-p", "-", "-n", "4", "--no-baseline"), input: Array("in the".utf8))
    let same = try Executable.run(models.run("-p", "in the", "-n", "4", "--no-baseline"))
    #expect(text.code == 0 && text.output == same.output)
  }

  @Test(arguments: [
    ["report", "x\u{1B}[31m.jsonl"], ["eval", "VERIFIER", "no\u{1B}[31mfile"],
    ["tokenize", "--tokenizer", "n\u{1B}[0m"], ["run", "--save-state", "no\u{1B}[31m/x"],
    ["run", "--foo\u{1B}[31m"], ["\u{1B}[2J"], ["inspect", "r\u{1B}[31mv"],
    ["report", "a\u{202E}b.jsonl"], ["run", "--load-state", "a\u{2066}b"],
  ])
  func `escapes in names are shown and not done`(arguments: [String]) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      arguments.map { $0 == "VERIFIER" ? models.path("verifier") : $0 })
    #expect(outcome.code != 0)
    let scalars = outcome.error.unicodeScalars
    #expect(!scalars.contains { ["\u{1B}", "\u{202E}", "\u{2066}"].contains($0) })
    #expect(!outcome.error.isEmpty)
  }

  @Test func `escapes in names that a command prints are shown and not done`() throws {
    let models = try TinyModels()
    let odd = models.url.appending(path: "v\u{1B}[31m\u{202E}")
    try FileManager.default.copyItem(at: models.url.appending(path: "verifier"), to: odd)
    let text = try models.write(Array("the cat".utf8), to: "t\u{1B}[31m")
    let prompts = try models.write(
      Array("{\"text\": \"a\", \"category\": \"\\u001b[31m\"}".utf8), to: "p.jsonl")
    let lines = [
      ["inspect", odd.path], ["eval", odd.path, text, "--quiet"],
      [
        "bench", "--verifier", odd.path, "--drafter", models.path("drafter"), "--prompts", prompts,
        "--max-bytes", "4", "--repetitions", "1",
      ],
    ]
    for arguments in lines {
      let outcome = try Executable.run(arguments)
      #expect(outcome.code == 0, "\(outcome.error)")
      for output in [outcome.text, outcome.error] {
        #expect(!output.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
      }
    }
  }
}
