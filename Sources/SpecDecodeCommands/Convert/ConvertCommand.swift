import Checkpoint
import Kernels

/// `specdecode convert`: a checkpoint of any layout in that of Hugging Face.
enum ConvertCommand: Command {
  static let specification = CommandSpecification(
    name: "convert",
    summary: "write a checkpoint of any layout as safetensors in that of Hugging Face",
    arguments: ["IN", "OUT"],
    options: [
      CommandSpecification.Option(
        "--dtype", "TYPE", "f32, f16 or bf16 (default: every tensor keeps its type)"),
      CommandSpecification.Option(
        "--quantize", "TYPE", "int8: eight bits a weight, as quantize writes them"),
      CommandSpecification.Option("--quiet", nil, "no progress on standard error"),
    ],
    discussion: """
      IN is a checkpoint of transformers or of state-spaces/mamba, in safetensors or PyTorch
      files, whole or in shards; nothing in it is executed. OUT is the folder to make, which
      must not exist or be empty. Where types are kept, so is every byte of the weights; a head
      that is the same as the embedding is written once. Hugging Face transformers loads the
      result, but for int8. It has no Mamba with LayerNorm: for one, a small model class is
      written beside, and from_pretrained needs trust_remote_code=True. tokenizer.json is copied
      if there is one.
      """,
    examples: [
      CommandSpecification.Example(
        "a published pickle as safetensors", "specdecode convert mamba-130m mamba-130m-hf"),
      CommandSpecification.Example(
        "half the size of float32", "specdecode convert mambabyte mambabyte-bf16 --dtype bf16"),
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    try arguments.exclude("--dtype", "--quantize", remedy: "give one of them")
    let precision = try precision(arguments)
    try CheckpointConversion(contentsOf: arguments.path(at: 0), precision: precision)
      .write(to: arguments.path(at: 1), label: "converting", isQuiet: arguments.has("--quiet"))
    return .success
  }

  private static func precision(_ arguments: ParsedArguments) throws(UsageError) -> Precision {
    if let text = try arguments.text("--quantize") {
      guard text == "int8" else {
        throw .invalidValue(option: "--quantize", value: text, remedy: "int8")
      }
      return .int8(.common(.bits8))
    }
    guard let text = try arguments.text("--dtype") else { return .kept }
    let types: [String: TensorType] = ["f32": .f32, "f16": .f16, "bf16": .bf16]
    guard let type = types[text] else {
      throw .invalidValue(option: "--dtype", value: text, remedy: "f32, f16 or bf16")
    }
    return .type(type)
  }
}

/// How weights are written.
enum Precision: Equatable {
  /// As they are stored.
  case kept
  /// All in one floating-point type.
  case type(TensorType)
  /// Matrices in 8 bits with a scale a row, all else in f32.
  case int8(ActivationChoice)
}
