/// `specdecode quantize`: a checkpoint with eight bits a weight.
enum QuantizeCommand: Command {
  static let specification = CommandSpecification(
    name: "quantize",
    summary: "write a copy of a checkpoint with eight bits a weight",
    arguments: ["IN", "OUT"],
    discussion: """
      IN is a checkpoint, as convert takes it; OUT is the folder to make, which must not exist
      or be empty. Projections and embeddings become int8 with one float32 scale a
      row (the largest magnitude of the row over 127); everything else is float32.
      config.json is written in the layout of Hugging Face; tokenizer.json is copied if there
      is one. The same input gives the same bytes.
      """,
    examples: [
      CommandSpecification.Example(
        "a quarter of the size of float32", "specdecode quantize mambabyte mambabyte-int8")
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    try CheckpointConversion(contentsOf: arguments.path(at: 0), precision: .int8)
      .write(to: arguments.path(at: 1), label: "quantising")
    return .success
  }
}
