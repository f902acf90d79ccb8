import Foundation
import Reporting
import TestSupport
import Testing

/// `--save-state` and `--load-state`.
struct SavedStateTests {
  private let models: TinyModels
  private var state: String { models.path("run.state") }

  init() throws {
    models = try TinyModels()
  }

  private func run(_ arguments: String...) throws -> Executable.Outcome {
    try Executable.run(models.run("--no-baseline") + arguments)
  }

  @Test(arguments: ["0", "1"], [0, 1, 13, 40])
  func `an output goes on where it was cut`(temperature: String, cut: Int) throws {
    let sampler = ["--temperature", temperature, "--seed", "6", "--top-p", "0.95"]

    let options = ["--prompt", "in the"] + sampler
    let whole = try Executable.run(models.run("--max-bytes", "40") + options)
    let first = try Executable.run(
      models.run("--max-bytes", "\(cut)", "--save-state", state) + options)
    #expect(first.code == 0)
    #expect(first.error.contains("saved to \(state): \(NumberText.count(cut, "byte")) generated"))
    // With the baseline, which begins from the state, too.
    let rest = try Executable.run(
      models.run("--load-state", state, "--max-bytes", "\(40 - cut)", "--draft-tokens", "2"))
    #expect(rest.code == 0)
    #expect(rest.error.contains("identical: yes"))
    #expect(first.output + rest.output == whole.output)
    let plain = try Executable.run([
      "run", "--verifier", models.path("verifier"), "--no-draft", "--load-state", state,
      "--max-bytes", "\(40 - cut)",
    ])
    #expect(plain.output == rest.output)
  }

  @Test func `a prompt that was read once begins generations of any seed and prompt`() throws {
    let read = try run("--prompt", "in the", "--max-bytes", "0", "--save-state", state)
    #expect(read.output.isEmpty)
    for seed in ["1", "2"] {
      let options = ["--temperature", "1", "--seed", seed, "--max-bytes", "20"]
      let expected = try Executable.run(models.run("--prompt", "in the rain") + options)
      let found = try Executable.run(
        models.run("--load-state", state, "--prompt", " rain") + options)
      #expect(found.output == expected.output)
    }
    let samples = try run(
      "--load-state", state, "--temperature", "1", "--max-bytes", "5", "--samples", "3")
    #expect(samples.code == 0 && samples.output.count == 17)
  }

  @Test func `an option that contradicts the state is an error unless it is meant`() throws {
    _ = try run(
      "--prompt", "a", "--temperature", "1", "--seed", "4", "--max-bytes", "5", "--save-state",
      state)
    let go = ["--load-state", state, "--max-bytes", "9"]
    let same = try Executable.run(models.run("--seed", "4") + go)
    #expect(same.code == 0)
    for contradiction in [["--seed", "5"], ["--temperature", "0"]] {
      let refused = try Executable.run(models.run() + go + contradiction)
      #expect(refused.code == 1)
      #expect(refused.error.contains(state) && refused.error.contains("--override-sampling"))
      let meant = try Executable.run(models.run("--override-sampling") + go + contradiction)
      #expect(meant.code == 0)
      #expect(meant.output != same.output)
    }
  }

  @Test func `files that are no state of this verifier are errors that name them`() throws {
    _ = try run("--prompt", "a", "--max-bytes", "3", "--save-state", state)
    let good = Array(try Data(contentsOf: URL(filePath: state)))
    var damaged = good
    damaged[good.count / 2] ^= 1
    for (bytes, words) in [
      ([], "--save-state"), (Array("a text".utf8), "not a saved generation"),
      (Array(good.dropLast()), "ends early"), (damaged, "checksum"),
    ] {
      let path = try models.write(bytes, to: "other.state")
      let outcome = try run("--load-state", path)
      #expect(outcome.code == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.error.contains(path) && outcome.error.contains(words))
    }
    try models.writeVerifier(metadata: [:])
    #expect(try run("--load-state", state, "--max-bytes", "1").code == 0)
    var model = TinyModel()
    model.seed = 8
    try model.write(to: models.url.appending(path: "verifier"))
    let other = try run("--load-state", state)
    #expect(other.code == 1)
    #expect(other.error.contains(state) && other.error.contains("another verifier"))
    #expect(try run("--load-state", models.path("none")).error.contains("no such file"))
  }

  @Test func `a state that cannot be written is an error before the models are read`() throws {
    let missing = models.path("none/run.state")
    let outcome = try Executable.run([
      "run", "--verifier", "/nonexistent", "--no-draft", "--save-state", missing,
    ])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains(missing))
  }

  @Test(arguments: [
    ["--save-state", "-"], ["--save-state", "a", "--samples", "2"], ["--override-sampling"],
    ["--interactive", "--prompt", "a"], ["--interactive", "--save-state", "a"],
    ["--interactive", "--samples", "2"], ["--interactive", "--json", "a"],
    ["--show-rejected", "--json", "-"],
  ])
  func `options that make no sense together are wrong usage`(arguments: [String]) throws {
    let outcome = try Executable.run(["run"] + arguments)
    #expect(outcome.code == 64)
    #expect(outcome.error.contains(arguments[0]))
  }

  @Test func `an interrupted generation is saved as far as it came`() throws {
    let run = try Executable(
      models.run("--save-state", state, "--prompt", "a", "--max-bytes", "1000000000"))
    try run.process.run()
    let first = try run.nextOutput()
    kill(run.process.processIdentifier, SIGINT)
    let outcome = try run.finish()
    #expect(outcome.code == 130)
    let output = first + outcome.output
    let rest = try self.run("--load-state", state, "--max-bytes", "10")
    let whole = try self.run("--prompt", "a", "--max-bytes", "\(output.count + 10)")
    #expect(rest.code == 0)
    #expect(output + rest.output == whole.output)
  }

  @Test func `rejected bytes are shown when asked for and the rest is the output`() throws {
    let rest = ["--prompt", "a", "--max-bytes", "60", "--no-baseline", "--draft-tokens", "2"]
    let plain = try Executable.run(models.run() + rest)
    let shown = try Executable.run(
      models.run("--show-rejected") + rest, environment: ["NO_COLOR": "1"])
    #expect(shown.text.contains("[-"))
    #expect(shown.error.contains("[-…-]"))
    #expect(plain.error.contains("[-") == false)
    let struck = try Executable.run(models.run("--show-rejected") + rest)
    #expect(struck.text.contains("\u{1B}[2;9;31m"))
    #expect(struck.text.contains("\u{1B}[32m") == false)
  }
}
