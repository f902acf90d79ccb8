import Foundation
import Reporting
import SpecDecodeCommands
import Testing

struct InterruptionTests {
  /// More bytes than any machine writes during a test.
  private static let endless = ["--prompt", "a", "--max-bytes", "1000000000"]

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal stops the run, which reports what was done`(signal: Int32) throws {
    let models = try TinyModels()
    let report = models.path("report.json")
    let run = try Executable(models.run("--json", report) + Self.endless)
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    kill(run.process.processIdentifier, signal)
    let outcome = try run.finish()
    #expect(run.process.terminationReason == .exit)
    #expect(outcome.code == 128 + signal)
    #expect(outcome.error.contains("speculative"))
    let written = NumberText.count(outcome.output.count + 1, "byte")
    #expect(outcome.error.contains("Interrupted after \(written)."))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report)))
        as? [String: Any])
    #expect(object["status"] as? String == "interrupted")
    #expect(object["plain"] is NSNull)
  }

  @Test func `a hang-up that was ignored at the start is ignored`() throws {
    let models = try TinyModels()
    let run = try Executable(
      ["-c", "trap '' HUP; exec \"$0\" \"$@\"", try Executable.url().path]
        + models.run("--no-baseline") + Self.endless)
    run.process.executableURL = URL(filePath: "/bin/sh")
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    kill(run.process.processIdentifier, SIGHUP)
    for _ in 0..<1000 { #expect(try run.nextOutput().count == 1) }
    kill(run.process.processIdentifier, SIGTERM)
    #expect(try run.finish().code == 143)
  }

  @Test func `a quit ends the program at once and says nothing`() throws {
    let models = try TinyModels()
    let run = try Executable(models.run() + Self.endless)
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    kill(run.process.processIdentifier, SIGQUIT)
    let outcome = try run.finish()
    #expect(outcome.code == 131)
    #expect(outcome.error.isEmpty, "\(outcome.error)")
  }

  @Test func `a folder in progress is removed, and one that is complete is not`() throws {
    let models = try TinyModels()
    let folders = PartialFolders()
    let (partial, complete) = (models.path("partial"), models.path("complete"))
    for path in [partial, complete] {
      try folders.create(URL(filePath: path))
      _ = FileManager.default.createFile(atPath: path + "/model", contents: Data([1]))
    }
    folders.forget(URL(filePath: complete))
    var isPartialThere = true
    folders.removeAll { isPartialThere = FileManager.default.fileExists(atPath: partial) }
    #expect(!isPartialThere)
    #expect(FileManager.default.fileExists(atPath: complete + "/model"))
  }

  /// Whenever the signals come: before the work, in it, or after it.
  @Test(arguments: [WritingCommand.quantize, .convert])
  func `a command that is interrupted again and again leaves a whole folder or none`(
    command: WritingCommand
  ) throws {
    let models = try TinyModels()
    let arguments = try command.arguments(models, to: models.path("out"))
    let before = Set(try FileManager.default.contentsOfDirectory(atPath: models.path("")))
    let run = try Executable(arguments)
    try run.process.run()
    while run.process.isRunning { kill(run.process.processIdentifier, SIGINT) }
    _ = try run.finish()
    let new = Set(try FileManager.default.contentsOfDirectory(atPath: models.path("")))
      .subtracting(before)
    #expect(new.isEmpty || new == ["out"])
  }

  @Test func `training that is interrupted again and again leaves nothing`() throws {
    let models = try TinyModels()
    let run = try Executable(["tokenizer", "train", "-", "--output", models.path("out.json")])
    let before = try FileManager.default.contentsOfDirectory(atPath: models.path("")).sorted()
    let input = run.keepInputOpen()
    try run.process.run()
    // More than a pipe holds: when it is written, the program is reading, and waits for more.
    try input.write(contentsOf: Data(repeating: UInt8(ascii: "a"), count: 1 << 20))
    while run.process.isRunning { kill(run.process.processIdentifier, SIGINT) }
    #expect(try run.finish().code == 130)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: models.path("")).sorted() == before)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `a full disk keeps the state and the report`() throws {
    let models = try TinyModels()
    let state = models.path("state")
    let report = models.path("report.json")
    let run = try Executable(
      models.run("--save-state", state, "--json", report) + Self.endless)
    try run.sendOutput(to: "/dev/full")
    try run.process.run()
    let outcome = try run.finish(readingOutput: false)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("standard output cannot be written: the disk is full"))
    let next = try Executable.run(
      models.run("--load-state", state, "--max-bytes", "4", "--no-baseline"))
    #expect(next.code == 0 && next.output.count == 4, "\(next.error)")
    #expect(FileManager.default.fileExists(atPath: report))
  }

  @Test func `a signal in the first of several samples adds no byte to the output`() throws {
    let models = try TinyModels()
    let report = models.path("report.json")
    let run = try Executable(models.run("--json", report, "--samples", "3") + Self.endless)
    try run.process.run()
    let first = try run.nextOutput()
    kill(run.process.processIdentifier, SIGINT)
    let outcome = try run.finish()
    #expect(outcome.code == 130)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report)))
        as? [String: Any])
    let samples = try #require(object["samples"] as? [[String: Any]])
    let text = try #require(samples.first?["output_base64"] as? String)
    #expect(samples.count == 1)
    #expect(Data(base64Encoded: text) == Data(first + outcome.output))
  }

  @Test func `a closed pipe ends the run quietly`() throws {
    let models = try TinyModels()
    let run = try Executable(models.run() + Self.endless)
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    try run.closeOutput()
    let outcome = try run.finish(readingOutput: false)
    #expect(run.process.terminationReason == .exit)
    #expect(outcome.code == 0)
    #expect(outcome.error.isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `a full disk is an error that says so`() throws {
    let models = try TinyModels()
    let run = try Executable(models.run() + Self.endless)
    try run.sendOutput(to: "/dev/full")
    try run.process.run()
    let outcome = try run.finish(readingOutput: false)
    #expect(outcome.code == 1)
    #expect(
      outcome.error == "specdecode: error: standard output cannot be written: the disk is full\n")
  }

  @Test func `a standard output that is not open is an error and no file takes its place`() throws {
    let models = try TinyModels()
    let program = try Executable.url().path
    let outcome = try Executable.run(
      ["-c", "exec \"$0\" \"$@\" >&-", program] + models.run("--prompt", "a"),
      program: URL(filePath: "/bin/sh"))
    #expect(outcome.code == 1)
    #expect(
      outcome.error == "specdecode: error: standard output cannot be written: it is not open\n")
  }
}
