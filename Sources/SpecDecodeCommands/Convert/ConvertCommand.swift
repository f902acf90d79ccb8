import Checkpoint
import Kernels

/// `specdecode convert`: a checkpoint of any layout in that of Hugging Face.
enum ConvertCommand: Command {
  static let help = CommandSpecification(
    name: "convert",
    summary: "write a checkpoint of any layout as safetensors in that of Hugging Face",
    arguments: ["IN", "OUT"],
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
      .init(
        "a published pickle as safetensors", "specdecode convert mamba-130m mamba-130m-hf"),
      .init(
        "half the size of float32", "specdecode convert mambabyte mambabyte-bf16 --dtype bf16"),
    ])

  struct Request: CommandRequest {
    let paths: [String]
    let precision: Precision
    let isQuiet: Bool

    init(_ options: OptionReader) throws(UsageError) {
      paths = try options.paths()
      let types: [String: TensorType] = ["f32": .f32, "f16": .f16, "bf16": .bf16]
      let type = try options.value(
        "--dtype", "TYPE", "f32, f16 or bf16 (default: every tensor keeps its type)",
        remedy: "f32, f16 or bf16"
      ) { types[$0] }
      let quantized = try options.value(
        "--quantize", "TYPE", "int8: eight bits a weight, as quantize writes them", remedy: "int8"
      ) { $0 == "int8" ? Precision.int8(.common(.bits8)) : nil }
      isQuiet = options.quiet()
      try options.exclude("--dtype", "--quantize", remedy: "give one of them")
      precision = quantized ?? type.map { .type($0) } ?? .kept
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    try CheckpointConversion(contentsOf: request.paths[0], precision: request.precision)
      .write(to: request.paths[1], label: "converting", isQuiet: request.isQuiet)
    return .success
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
