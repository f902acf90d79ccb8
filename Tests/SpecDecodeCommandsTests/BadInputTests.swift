import Foundation
import Testing

struct BadInputTests {
  private static func failure(
    _ arguments: [String], environment: [String: String] = [:], code: Int32 = 1,
    mentions words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Executable.run(arguments, environment: environment)
    #expect(outcome.code == code, "\(outcome.error)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    #expect(outcome.error.hasPrefix("specdecode: error: "), sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.error.contains(word), "\(word)", sourceLocation: sourceLocation)
    }
  }

  @Test func `a missing directory is named`() throws {
    let models = try TinyModels()
    let nowhere = models.path("nowhere")
    try Self.failure(["run", "--verifier", nowhere, "--no-draft"], mentions: [nowhere])
    try Self.failure(["inspect", nowhere], mentions: [nowhere])
    try Self.failure(["quantize", nowhere, models.path("out")], mentions: [nowhere])
    try Self.failure(["convert", nowhere, models.path("out")], mentions: [nowhere])
  }

  @Test func `a file in place of a directory is named`() throws {
    let models = try TinyModels()
    let file = try models.write([1, 2, 3], to: "file")
    try Self.failure(["run", "--verifier", file, "--no-draft"], mentions: [file])
  }

  @Test func `a directory that is no checkpoint is named`() throws {
    let models = try TinyModels()
    try FileManager.default.removeItem(atPath: models.path("verifier/config.json"))
    try Self.failure(
      ["run", "--verifier", models.path("verifier"), "--no-draft"],
      mentions: [models.path("verifier"), "config.json"])
  }

  @Test func `weights that are no safetensors file are named`() throws {
    let models = try TinyModels()
    _ = try models.write(Array("not a checkpoint".utf8), to: "verifier/model.safetensors")
    try Self.failure(
      ["run", "--verifier", models.path("verifier"), "--no-draft"],
      mentions: ["model.safetensors"])
  }

  @Test func `a drafter given as verifier is sent to the right option`() throws {
    let models = try TinyModels()
    try Self.failure(
      ["run", "--verifier", models.path("drafter"), "--no-draft"],
      mentions: [models.path("drafter"), "\(TinyModels.drafterSize)", "--drafter"])
  }

  @Test func `a drafter without a tokenizer is named`() throws {
    let models = try TinyModels()
    try FileManager.default.removeItem(atPath: models.path("drafter/tokenizer.json"))
    try Self.failure(models.run("--prompt", "a"), mentions: ["drafter", "tokenizer.json"])
  }

  @Test func `a tokenizer larger than the model is named`() throws {
    let models = try TinyModels()
    try models.writeDrafter(vocabularySize: 257)
    try Self.failure(
      models.run("--prompt", "a"),
      mentions: ["tokenizer.json", "257", "\(TinyModels.drafterSize - 1)"])
  }

  @Test(arguments: [Float.nan, .infinity])
  func `weights that are no numbers are refused with the tensor's name`(value: Float) throws {
    let models = try TinyModels()
    try models.poisonDrafter("backbone.layers.0.mixer.D", with: value)
    try Self.failure(models.run("--prompt", "a"), mentions: ["backbone.layers.0.mixer.D"])
  }

  @Test func `a prompt file that cannot be read is named`() throws {
    let models = try TinyModels()
    let nowhere = models.path("nowhere.txt")
    try Self.failure(
      models.run("--prompt-file", nowhere), mentions: [nowhere, "no such file"])
    try Self.failure(
      models.run("--prompt-file", models.path("drafter")), mentions: ["drafter", "folder"])
  }

  @Test func `a report that cannot be written is noticed before the work`() throws {
    let models = try TinyModels()
    try Self.failure(
      models.run("--json", models.path("nowhere/report.json")), mentions: ["nowhere", "no folder"])
  }

  @Test func `a wrong SPECDECODE_MODELS is named`() throws {
    let models = try TinyModels()
    try Self.failure(
      ["run"], environment: ["SPECDECODE_MODELS": models.path("drafter")],
      mentions: ["SPECDECODE_MODELS", models.path("drafter"), "drafter/config.json"])
  }

  @Test func `an instruction set that does not exist is named`() throws {
    try Self.failure(
      ["version"], environment: ["SPECDECODE_ISA": "mmx"], mentions: ["SPECDECODE_ISA", "mmx"])
  }

  @Test(arguments: [
    (["run", "--max-byte", "3"], ["--max-byte", "--max-bytes"]),
    (["run", "--max-bytes", "-3"], ["--max-bytes", "-3", "at least 0"]),
    (["run", "--max-bytes", "many"], ["--max-bytes", "many"]),
    (["run", "--max-bytes"], ["--max-bytes", "needs a value"]),
    (["run", "--max-bytes", "--no-draft"], ["--max-bytes", "needs a value"]),
    (["run", "--seed", "1", "--seed", "2"], ["--seed", "twice"]),
    (["run", "--seed", "1", "-s", "2"], ["--seed", "twice"]),
    (["run", "--seed", "-1"], ["--seed", "from 0 to 18446744073709551615"]),
    (["run", "--tempo", "1"], ["--tempo", "did you mean --temp"]),
    (["run", "--beta", "3"], ["--beta; did you mean --acceptance top-beta:N?"]),
    (["bench", "--resync=boundary"], ["--resync; did you mean --acceptance top-beta:N:boundary?"]),
    (["eval", "--merge", "one.json"], ["eval", "FILE", "two reports"]),
    (["report", "a.jsonl", "--html", "-", "--json", "-"], ["--html", "--json", "stdout"]),
    (["bench", "--append"], ["--output RUN.jsonl with --append"]),
    (["bench", "--output", "a", "--append", "--overwrite"], ["--append", "--overwrite"]),
    (["completions", "tcsh"], ["tcsh", "bash, zsh or fish"]),
    (["run", "--temperature", "nan"], ["--temperature", "nan"]),
    (["run", "--temperature=-1"], ["--temperature", "-1", "at least 0"]),
    (["run", "--temperature", "1e-7"], ["--temperature", "1e-7", "0 or a number of at least"]),
    (["run", "--top-k", "0"], ["--top-k", "0", "from 1 to 256"]),
    (["run", "--top-p", "0"], ["--top-p", "\"0\"", "above 0 and at most 1"]),
    (["run", "--top-p", "1.5"], ["--top-p", "1.5", "above 0 and at most 1"]),
    (["run", "--min-p", "2"], ["--min-p", "\"2\"", "from 0 to 1"]),
    (["run", "--stop", ""], ["--stop", "empty", "at least one byte"]),
    (["run", "--stop", "a\\q"], ["--stop", "xNN are escapes"]),
    (["run", "--stop", "\\x+1"], ["--stop", "xNN are escapes"]),
    (["run", "--stop", "a", "--stop", "\\"], ["--stop", "xNN are escapes"]),
    (["run", "--stop", "a", "--stop", "\\x9F", "--valid-utf8"], ["--stop", "159", "character"]),
    (["run", "--stop-byte", "256"], ["--stop-byte", "0 to 255"]),
    (["run", "--stop-byte", "1", "--stop-byte", "x"], ["--stop-byte", "x", "0 to 255"]),
    (["run", "--logprobs", "-"], ["--logprobs", "a file"]),
    (["run", "--interactive", "--logprobs", "f"], ["--interactive", "--logprobs"]),
    (["run", "--draft-tokens", "some"], ["--draft-tokens", "auto"]),
    (["run", "--threads", "0"], ["--threads", "0", "from 1"]),
    (["run", "--samples", "0"], ["--samples", "at least 1"]),
    (["run", "--start-byte", "256"], ["--start-byte", "0 to 255"]),
    (["run", "--prompt", "a", "--prompt-file", "b"], ["--prompt", "--prompt-file"]),
    (["run", "--no-draft", "--drafter", "d"], ["--no-draft", "--drafter"]),
    (["run", "--no-draft=yes"], ["--no-draft", "no value"]),
    (["run", "words"], ["unexpected argument", "words"]),
    (["rnu"], ["rnu", "did you mean run?"]),
    (["quantize", "in"], ["quantize", "OUT"]),
    (["convert", "in"], ["convert", "OUT"]),
    (["convert", "in", "out", "--dtype", "f64"], ["--dtype", "f64", "f32, f16 or bf16"]),
    (["convert", "in", "out", "--quantize", "int4"], ["--quantize", "int4", "int8"]),
    (["convert", "i", "o", "--dtype", "f32", "--quantize", "int8"], ["--dtype", "--quantize"]),
    (["logits", "--model", "m"], ["logits", "--output FILE.npy"]),
    (["tokenize"], ["tokenize", "--tokenizer FILE"]),
    (["inspect", ""], ["DIR", "a path"]),
  ])
  func `a command line that makes no sense is explained`(
    arguments: [String], words: [String]
  ) throws {
    try Self.failure(arguments, code: 64, mentions: words + ["specdecode help"])
  }
}
