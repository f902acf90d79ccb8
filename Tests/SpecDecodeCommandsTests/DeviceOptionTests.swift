import Testing

struct DeviceOptionTests {
  @Test(arguments: ["--device", "--drafter-device"])
  func `an unknown device is named, with those that there are`(option: String) throws {
    let outcome = try Executable.run(["run", option, "gpu"])
    #expect(outcome.code == 64)
    for word in [option, "gpu", "cuda:N", "auto"] { #expect(outcome.error.contains(word)) }
  }

  /// With a driver or without one, no machine has so many.
  @Test func `a GPU that is not there is an error, and nothing is written`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run([
      "run", "--verifier", models.path("verifier"), "--no-draft", "--device", "cuda:4096",
    ])
    #expect(outcome.code == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.contains("NVIDIA") || outcome.error.contains("GPU"))
  }

  @Test func `auto takes what there is`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run([
      "run", "--verifier", models.path("verifier"), "--no-draft", "--device", "auto",
      "--max-bytes", "2",
    ])
    #expect(outcome.code == 0, "\(outcome.error)")
  }
}
