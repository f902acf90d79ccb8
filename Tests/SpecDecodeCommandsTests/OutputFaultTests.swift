import Foundation
import TestSupport
import Testing

/// Outputs that cannot be written, or not at once: nothing half-written takes the name of a file.
struct OutputFaultTests {
  /// The commands that write files, each to `output`.
  static let writers = ["quantize", "convert", "tokenizer train", "logits", "run"]

  private static func arguments(_ command: String, _ models: TinyModels, to output: String) throws
    -> [String]
  {
    let text = try models.write(Array("the cat and the hat and the bat".utf8), to: "text")
    switch command {
    case "quantize", "convert": return [command, models.path("verifier"), output]
    case "tokenizer train": return ["tokenizer", "train", text, "--output", output]
    case "logits":
      return ["logits", "--model", models.path("verifier"), "--input", text, "--output", output]
    default:
      return models.run("--prompt", "a", "--max-bytes", "40", "--no-baseline", "--json", output)
    }
  }

  /// A limit of one block stands for a disk that fills up after it.
  @Test(.enabled(if: !Sanitizer.isActive), arguments: writers)
  func `a disk that fills up leaves neither a part of the output nor anything else`(
    command: String
  ) throws {
    let models = try TinyModels()
    let arguments = try Self.arguments(command, models, to: models.path("out"))
    let before = try FileManager.default.contentsOfDirectory(atPath: models.path("")).sorted()
    let outcome = try Executable.run(
      ["-c", "ulimit -f 1; exec \"$0\" \"$@\"", try Executable.url().path] + arguments,
      program: URL(filePath: "/bin/sh"))
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("specdecode: error: "), "\(outcome.error)")
    #expect(outcome.error.contains("too large"), "\(outcome.error)")
    let after = try FileManager.default.contentsOfDirectory(atPath: models.path("")).sorted()
    #expect(after == before)
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: ["tokenizer train", "logits", "run"])
  func `a device that is full is an error that says so`(command: String) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(Self.arguments(command, models, to: "/dev/full"))
    #expect(outcome.code == 1)
    #expect(outcome.error.hasSuffix("/dev/full cannot be written: the disk is full\n"))
  }

  /// Nobody may make files in `/sys`, not even root.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel")), arguments: writers)
  func `a folder that takes no files is noticed before the work`(command: String) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(Self.arguments(command, models, to: "/sys/specdecode-out"))
    #expect(outcome.code == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix("specdecode: error: /sys/specdecode-out cannot be written: "))
  }

  @Test(arguments: ["tokenizer train", "logits", "run"])
  func `a folder in the way is named and left alone`(command: String) throws {
    let models = try TinyModels()
    let output = models.path("out")
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: false)
    let outcome = try Executable.run(Self.arguments(command, models, to: output))
    #expect(outcome.code == 1)
    #expect(
      outcome.error == "specdecode: error: \(output) cannot be written: it is a folder\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: output).isEmpty)
  }

  /// As `--json >(jq .)` gives it, which a shell makes a path of a pipe.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/fd")))
  func `a report goes into an open pipe`() throws {
    let models = try TinyModels()
    let arguments = models.run(
      "--prompt", "a", "--max-bytes", "4", "--no-baseline", "--json", "/dev/fd/3")
    let outcome = try Executable.run(
      ["-c", "{ \"$0\" \"$@\" 3>&1 >/dev/null; } | cat", try Executable.url().path] + arguments,
      program: URL(filePath: "/bin/sh"))
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any]
    #expect(object?["status"] as? String == "complete", "\(outcome.error)")
  }

  /// More than a pipe holds, so that the program must wait for the reader.
  @Test func `an output that does not wait by itself gets every byte`() throws {
    let models = try TinyModels()
    let count = 200_000
    let text = try models.write([UInt8](repeating: UInt8(ascii: "?"), count: count), to: "long")
    let tokenizer = models.path("drafter/tokenizer.json")
    let run = try Executable([
      "-c", "exec \"$0\" tokenize --exact --tokenizer \"$1\" < \"$2\"",
      try Executable.url().path, tokenizer, text,
    ])
    run.process.executableURL = URL(filePath: "/bin/sh")
    try run.makeOutputNonBlocking()
    try run.process.run()
    let outcome = try run.finish()
    #expect(outcome.code == 0)
    #expect(outcome.error.isEmpty, "\(outcome.error)")
    let ids = try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [Int]
    #expect(ids?.count == count)
  }

  @Test func `a closed pipe ends the run, whose report is written all the same`() throws {
    let models = try TinyModels()
    let report = models.path("report.json")
    let run = try Executable(
      models.run("--prompt", "a", "--max-bytes", "1000000000", "--json", report))
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    try run.closeOutput()
    let outcome = try run.finish(readingOutput: false)
    #expect(outcome.code == 0)
    #expect(outcome.error.isEmpty)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report)))
        as? [String: Any])
    #expect(object["status"] as? String == "interrupted")
    #expect(object["plain"] is NSNull)
  }
}
