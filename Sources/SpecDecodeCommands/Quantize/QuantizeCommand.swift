/// `specdecode quantize`: a checkpoint with eight bits a weight.
enum QuantizeCommand: Command {
  static let help = CommandSpecification(
    name: "quantize",
    summary: "write a copy of a checkpoint with eight bits a weight",
    arguments: ["IN", "OUT"],
    discussion: """
      IN is a checkpoint, as convert takes it; OUT is the folder to make, which must not exist
      or be empty. Projections and embeddings become int8 with one float32 scale a row (the
      largest magnitude of the row over 127); everything else is float32. What they multiply is
      quantised too while the model runs, to 8 bits, or to 15 for twice the work; how many is
      part of the model and stands in OUT/model.safetensors.
      config.json is written in the layout of Hugging Face; tokenizer.json is copied if there
      is one. The same input gives the same bytes.
      """,
    examples: [
      .init(
        "a quarter of the size of float32", "specdecode quantize mambabyte mambabyte-int8"),
      .init(
        "15 bits where the step size, B and C come from",
        "specdecode quantize mambabyte mambabyte-int8 --activations-15 x_proj"),
    ])

  struct Request: CommandRequest {
    let paths: [String]
    let activations: ActivationChoice
    let isQuiet: Bool

    init(_ options: OptionReader) throws(UsageError) {
      paths = try options.paths()
      activations = try ActivationChoice(options)
      isQuiet = options.quiet()
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    try CheckpointConversion(contentsOf: request.paths[0], precision: .int8(request.activations))
      .write(to: request.paths[1], label: "quantising", isQuiet: request.isQuiet)
    return .success
  }
}
