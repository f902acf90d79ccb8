/// `specdecode quantize`: a checkpoint with eight bits a weight.
enum QuantizeCommand: Command {
  static let specification = CommandSpecification(
    name: "quantize",
    summary: "write a copy of a checkpoint with eight bits a weight",
    arguments: ["IN", "OUT"],
    options: ActivationChoice.options + [
      CommandSpecification.Option("--quiet", nil, "no progress on standard error")
    ],
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
      CommandSpecification.Example(
        "a quarter of the size of float32", "specdecode quantize mambabyte mambabyte-int8"),
      CommandSpecification.Example(
        "15 bits where the step size, B and C come from",
        "specdecode quantize mambabyte mambabyte-int8 --activations-15 x_proj"),
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let activations = try ActivationChoice(arguments)
    try CheckpointConversion(contentsOf: arguments.path(at: 0), precision: .int8(activations))
      .write(to: arguments.path(at: 1), label: "quantising", isQuiet: arguments.has("--quiet"))
    return .success
  }
}
