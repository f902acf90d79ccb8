import Foundation
import Reporting
import TestSupport
import Testing

/// Outputs that cannot be written, or not at once: nothing half-written takes the name of a file.
struct OutputFaultTests {
  /// Runs with files limited to so many blocks of 512 bytes.
  private static func run(_ arguments: [String], blocks: Int) throws -> Executable.Outcome {
    try Executable.run(
      ["-c", "ulimit -f \(blocks); exec \"$0\" \"$@\"", try Executable.url().path] + arguments,
      program: URL(filePath: "/bin/sh"))
  }

  /// A limit of one block stands for a disk that fills up after it.
  @Test(.enabled(if: !Sanitizer.isActive), arguments: WritingCommand.allCases)
  func `a disk that fills up leaves neither a part of the output nor anything else`(
    command: WritingCommand
  ) throws {
    let models = try TinyModels()
    let arguments = try command.arguments(models, to: models.path("out"))
    let before = try FileManager.default.contentsOfDirectory(atPath: models.path("")).sorted()
    let outcome = try Self.run(arguments, blocks: 1)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("specdecode: error: "), "\(outcome.error)")
    #expect(outcome.error.contains("too large"), "\(outcome.error)")
    let after = try FileManager.default.contentsOfDirectory(atPath: models.path("")).sorted()
    #expect(after == before)
  }

  @Test(.enabled(if: !Sanitizer.isActive))
  func `a benchmark whose disk fills up keeps what it has measured`() throws {
    let models = try TinyModels()
    let path = models.path("run.jsonl")
    let outcome = try Self.run(WritingCommand.bench.arguments(models, to: path), blocks: 12)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("too large"), "\(outcome.error)")
    let file = try BenchmarkFile(
      parsing: Data(contentsOf: URL(filePath: path)), file: path)
    #expect(!file.isComplete && !file.costs.isEmpty)
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: WritingCommand.files)
  func `a device that is full is an error that says so`(command: WritingCommand) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(command.arguments(models, to: "/dev/full"))
    #expect(outcome.code == 1)
    #expect(outcome.error.hasSuffix("/dev/full cannot be written: the disk is full\n"))
  }

  /// Nobody may make files in `/sys`, not even root.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel")),
    arguments: WritingCommand.allCases)
  func `a folder that takes no files is noticed before the work`(command: WritingCommand) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(command.arguments(models, to: "/sys/specdecode-out"))
    #expect(outcome.code == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix("specdecode: error: /sys/specdecode-out cannot be written: "))
  }

  @Test(arguments: WritingCommand.files)
  func `a folder in the way is named and left alone`(command: WritingCommand) throws {
    let models = try TinyModels()
    let output = models.path("out")
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: false)
    let outcome = try Executable.run(command.arguments(models, to: output))
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
