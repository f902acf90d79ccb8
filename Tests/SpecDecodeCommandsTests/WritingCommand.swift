import Testing

/// The commands that write files.
enum WritingCommand: String, CaseIterable {
  case quantize, convert
  case trainTokenizer = "tokenizer train"
  case logits, run
  case saveState = "run --save-state"
  case eval, bench, report

  /// Those whose output is a file and not a folder.
  static let files = allCases.filter { ![.quantize, .convert].contains($0) }

  /// The arguments that make it write to `output`.
  func arguments(_ models: TinyModels, to output: String) throws -> [String] {
    let text = try models.write(Array("the cat and the hat and the bat".utf8), to: "text")
    switch self {
    case .quantize, .convert: return [rawValue, models.path("verifier"), output]
    case .trainTokenizer: return ["tokenizer", "train", text, "--output", output]
    case .logits:
      return ["logits", "--model", models.path("verifier"), "--input", text, "--output", output]
    case .run:
      return models.run("--prompt", "a", "--max-bytes", "40", "--no-baseline", "--json", output)
    case .saveState:
      return models.run(
        "--prompt", "a", "--max-bytes", "9", "--no-baseline", "--save-state", output)
    case .eval: return ["eval", models.path("verifier"), text, "--json", output]
    case .bench: return try Self.bench(models, to: output)
    case .report:
      let run = models.path("run.jsonl")
      let outcome = try Executable.run(Self.bench(models, to: run))
      try #require(outcome.code == 0, "\(outcome.error)")
      return ["report", run, "--html", output]
    }
  }

  private static func bench(_ models: TinyModels, to output: String) throws -> [String] {
    let prompts = try models.write(
      Array("{\"id\": \"a\", \"text\": \"in the\"}".utf8), to: "prompts.jsonl")
    return [
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", prompts, "--max-bytes", "12", "--repetitions", "9", "--target-interval", "0",
      "--time-budget", "1e12",
      "--quiet", "--output", output,
    ]
  }
}
