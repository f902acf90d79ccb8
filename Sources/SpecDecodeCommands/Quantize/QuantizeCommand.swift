import Checkpoint
import Foundation
import Mamba
import Reporting

/// `specdecode quantize`: a checkpoint with eight bits a weight.
enum QuantizeCommand: Command {
  static let specification = CommandSpecification(
    name: "quantize",
    summary: "write a copy of a checkpoint with eight bits a weight",
    arguments: ["IN", "OUT"],
    options: ActivationWidths.options,
    discussion: """
      IN is a checkpoint in the layout of Hugging Face; OUT is the folder to make, which must
      not exist or be empty. Projections and embeddings become int8 with one float32 scale a
      row (the largest magnitude of the row over 127); everything else is float32. What they
      multiply is quantised too while the model runs, to 8 bits, or to 15 for twice the work;
      which of them is part of the model and stands in OUT/model.safetensors.
      config.json and, if there is one, tokenizer.json are copied. The same input gives the
      same bytes.
      """,
    examples: [
      CommandSpecification.Example(
        "a quarter of the size of float32", "specdecode quantize mambabyte mambabyte-int8"),
      CommandSpecification.Example(
        "15 bits where the step size, B and C come from",
        "specdecode quantize mambabyte mambabyte-int8 --activations-15 x_proj"),
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let source = URL(filePath: try arguments.path(at: 0))
    let checkpoint = try CheckpointDirectory(contentsOf: source)
    let plan = try QuantizationPlan(checkpoint)
    let activations = try ActivationWidths(arguments, matrices: plan.matrices)
    let target = try NewFolder(arguments.path(at: 1))
    let interruption = Interruption()
    let display = ProgressDisplay(label: "quantising")
    defer { display.clear() }
    try target.fill { folder in
      let quantizer = CheckpointQuantizer(
        checkpoint: checkpoint, plan: plan, activations: activations
      ) { done, whole in
        try interruption.check()
        display.show(done, of: whole)
      }
      try quantizer.write(to: folder)
      try copy(checkpoint.configuration, to: folder.appending(path: "config.json"))
      let tokenizer = source.appending(path: "tokenizer.json").path(percentEncoded: false)
      if FileManager.default.fileExists(atPath: tokenizer) {
        let bytes = try FileInput.bytes(of: tokenizer)
        try copy(Data(bytes), to: folder.appending(path: "tokenizer.json"))
      }
      try interruption.check()
    }
    return .success
  }

  private static func copy(_ data: Data, to url: URL) throws(CommandError) {
    try FileOutput.write(data, to: url.path(percentEncoded: false))
  }
}
