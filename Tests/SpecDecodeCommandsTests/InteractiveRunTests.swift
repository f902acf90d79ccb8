import Foundation
import Testing

/// `run --interactive` with prompts from a pipe.
struct InteractiveRunTests {
  private static let options = ["--max-bytes", "15", "--temperature", "1", "--seed", "3"]

  @Test func `each line of a pipe is a fresh prompt`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      models.run("--interactive") + Self.options, input: Array("in the\n\nof\nin the".utf8))
    #expect(outcome.code == 0)
    let expected = try ["in the", "", "of", "in the"].map { prompt -> [UInt8] in
      try Executable.run(models.run("--no-baseline", "--prompt", prompt) + Self.options).output
        + [0x0A]
    }
    #expect(outcome.output == expected.flatMap { $0 })
    #expect(outcome.error.split(separator: "\n").count == 4)
    #expect(outcome.error.contains("[15 bytes · "))
    #expect(!outcome.error.contains("> ") && !outcome.error.contains("Ctrl-C"))
  }

  @Test func `no line is no output`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(models.run("--interactive"))
    #expect(outcome.code == 0)
    #expect(outcome.output.isEmpty && outcome.error.isEmpty)
  }

  @Test func `bytes that are no text are a prompt`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      models.run("--interactive") + Self.options, input: [0xFF, 0x00, 0xE2, 0x0A])
    let prompt = try models.write([0xFF, 0x00, 0xE2], to: "prompt")
    let expected = try Executable.run(
      models.run("--no-baseline", "--prompt-file", prompt) + Self.options)
    #expect(outcome.output == expected.output + [0x0A])
  }

  @Test func `every line goes on from a loaded state`() throws {
    let models = try TinyModels()
    let state = models.path("run.state")
    _ = try Executable.run(
      models.run("--prompt", "in the", "--max-bytes", "0", "--save-state", state))
    let outcome = try Executable.run(
      models.run("--interactive", "--load-state", state) + Self.options,
      input: Array(" rain\n sea\n".utf8))
    let expected = try ["in the rain", "in the sea"].map { prompt -> [UInt8] in
      try Executable.run(models.run("--no-baseline", "--prompt", prompt) + Self.options).output
        + [0x0A]
    }
    #expect(outcome.output == expected.flatMap { $0 })
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal ends prompts from a pipe`(signal: Int32) throws {
    let models = try TinyModels()
    let run = try Executable(
      models.run("--interactive", "--max-bytes", "1000000000"), input: Array("a\nb\n".utf8))
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    kill(run.process.processIdentifier, signal)
    let outcome = try run.finish()
    #expect(run.process.terminationReason == .exit)
    #expect(outcome.code == 128 + signal)
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  @Test func `a closed output ends it quietly`() throws {
    let models = try TinyModels()
    let run = try Executable(
      models.run("--interactive", "--max-bytes", "1000000000"), input: Array("a\nb\n".utf8))
    try run.process.run()
    #expect(try run.nextOutput().count == 1)
    try run.closeOutput()
    let outcome = try run.finish(readingOutput: false)
    #expect(outcome.code == 0)
    #expect(outcome.error.isEmpty)
  }
}
