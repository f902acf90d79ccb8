import Checkpoint
import Foundation
import Kernels
import Mamba
import Reporting

/// A checkpoint of any layout on its way to a folder in that of Hugging Face.
struct CheckpointConversion {
  private let source: URL
  private let checkpoint: CheckpointDirectory
  private let configuration: MambaConfiguration
  private let files: ConvertedFiles
  private let weights: any WeightsPlan
  private let activations: ActivationWidths

  /// Opens the checkpoint and checks that it has what a model needs.
  ///
  /// - Throws: also `UsageError` for activations of a matrix that is not there.
  init(contentsOf path: String, precision: Precision) throws {
    source = try ModelFolder.url(of: path)
    checkpoint = try CheckpointDirectory(contentsOf: source)
    // Refuses what cannot be quantised by its own name, before a model is looked for.
    if case .int8 = precision { _ = try QuantizationPlan(checkpoint) }
    configuration = try MambaConfiguration(of: checkpoint)
    let tensors = try Self.tensors(of: configuration, in: checkpoint)
    switch precision {
    case .int8(let choice):
      let plan = try QuantizationPlan(checkpoint, tensors: tensors)
      weights = plan
      activations = try choice.widths(for: plan.matrices)
    case .kept:
      weights = try ConversionPlan(checkpoint, tensors: tensors, type: nil)
      activations = try ActivationWidths(of: checkpoint)
        .keeping(matrices: Set(tensors.filter { $0.type == .i8 }.map(\.name)))
    case .type(let type):
      weights = try ConversionPlan(checkpoint, tensors: tensors, type: type)
      activations = ActivationWidths(.bits8)
    }
    files = try ConvertedFiles(of: checkpoint, configuration, precision: precision)
  }

  /// Fills the folder; when that fails, nothing is left behind.
  ///
  /// - Parameter isQuiet: whether no progress is shown.
  func write(to path: String, label: String, isQuiet: Bool) throws {
    let target = try NewFolder(path)
    StandardError.write(configuration.warnings)
    noteUnused()
    let interruption = Interruption()
    let display = ProgressDisplay(label: label, isQuiet: isQuiet)
    defer { display.clear() }
    try target.fill { folder in
      try weights.write(
        to: folder.appending(path: "model.safetensors"), from: checkpoint, metadata: metadata
      ) { done, whole in
        try interruption.check()
        display.show(done, of: whole)
      }
      try files.write(to: folder)
      try copyTokenizer(to: folder)
      try interruption.check()
    }
    display.clear()
    if !isQuiet { StandardError.say(written(path)) }
  }

  /// What there is now, and what to do with it.
  private func written(_ path: String) -> String {
    let size = FileInput.size(of: "\(path)/model.safetensors")
    let old = checkpoint.tensors.values.reduce(0) { $0 + $1.byteCount }
    let isVerifier = configuration.tokenCount == 256
    return """
      wrote \(path): \(NumberText.bytes(size)) of weights (\(NumberText.bytes(old)) before)
      next: specdecode inspect \(path)
            specdecode run --\(isVerifier ? "verifier" : "drafter") \(path)

      """
  }

  /// The texts of the file that is written. transformers asks for the framework in them.
  private var metadata: [String: String] {
    activations.stated(in: checkpoint.metadata.merging(["format": "pt"]) { stored, _ in stored })
  }

  private static func tensors(
    of configuration: MambaConfiguration, in checkpoint: CheckpointDirectory
  ) throws(CheckpointError) -> [TensorDescription] {
    var tensors: [TensorDescription] = []
    for required in configuration.requiredTensors {
      let tensor = try checkpoint.tensor(named: required.name)
      try tensor.requireShape(required.shape)
      guard [.f32, .f16, .bf16, .i8].contains(tensor.type) else {
        throw .unsupportedType(
          file: tensor.file, tensor: tensor.name, found: tensor.type.rawValue,
          expected: "F32, BF16, F16 or I8 with scales")
      }
      tensors.append(tensor)
    }
    return tensors
  }

  /// Tensors that the model does not use are left out; a head that is tied is no loss.
  private func noteUnused() {
    let used = Set(configuration.requiredTensors.flatMap { [$0.name, $0.name + "_scale"] })
      .union(["lm_head.weight", "lm_head.weight_scale"])
    let unused = checkpoint.tensors.keys.filter { !used.contains($0) }.sorted()
    guard let first = unused.first else { return }
    StandardError.say(
      "specdecode: warning: \(NumberText.count(unused.count, "tensor")) that the model does not use "
        + "left out, \(String(reflecting: String(first.prefix(100)))) among them\n")
  }

  private static let tokenizerLimit = 64 << 20

  private func copyTokenizer(to folder: URL) throws {
    let tokenizer = source.appending(path: "tokenizer.json")
    guard FileManager.default.fileExists(atPath: tokenizer.path(percentEncoded: false)) else {
      return
    }
    // It comes with the checkpoint: what is no regular file could keep its reader for ever.
    try FileOutput.write(
      wholeFile(tokenizer, maximumSize: Self.tokenizerLimit),
      to: folder.appending(path: "tokenizer.json").path(percentEncoded: false))
  }
}

/// What becomes of a checkpoint's tensors.
protocol WeightsPlan {
  /// Writes them as one safetensors file.
  ///
  /// - Parameters:
  ///   - metadata: the free-form texts of the file.
  ///   - progress: told how many steps of how many are done; throws to stop.
  func write(
    to file: URL, from checkpoint: CheckpointDirectory, metadata: [String: String],
    progress: (Int, Int) throws -> Void
  ) throws
}
