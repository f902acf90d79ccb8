import Checkpoint
import Foundation
import Mamba

/// A checkpoint of any layout on its way to a folder in that of Hugging Face.
struct CheckpointConversion {
  private let source: URL
  private let checkpoint: CheckpointDirectory
  private let configuration: MambaConfiguration
  private let files: ConvertedFiles
  private let weights: any WeightsPlan

  /// Opens the checkpoint and checks that it has what a model needs.
  init(contentsOf path: String, precision: Precision) throws {
    source = URL(filePath: path)
    checkpoint = try CheckpointDirectory(contentsOf: source)
    // Refuses what cannot be quantised by its own name, before a model is looked for.
    if precision == .int8 { _ = try QuantizationPlan(checkpoint) }
    configuration = try MambaConfiguration(of: checkpoint)
    let tensors = try Self.tensors(of: configuration, in: checkpoint)
    switch precision {
    case .int8: weights = try QuantizationPlan(checkpoint, tensors: tensors)
    case .kept: weights = try ConversionPlan(checkpoint, tensors: tensors, type: nil)
    case .type(let type): weights = try ConversionPlan(checkpoint, tensors: tensors, type: type)
    }
    files = try ConvertedFiles(of: checkpoint, configuration, precision: precision)
  }

  /// Fills the folder; when that fails, nothing is left behind.
  func write(to path: String, label: String) throws {
    let target = try NewFolder(path)
    StandardError.write(configuration.warnings)
    noteUnused()
    let interruption = Interruption()
    let display = ProgressDisplay(label: label)
    defer { display.clear() }
    try target.fill { folder in
      try weights.write(to: folder.appending(path: "model.safetensors"), from: checkpoint) {
        done, whole in
        try interruption.check()
        display.show(done, of: whole)
      }
      try files.write(to: folder)
      try copyTokenizer(to: folder)
      try interruption.check()
    }
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
    StandardError.write(
      "specdecode: warning: \(unused.count) tensors that the model does not use are left out, "
        + "\(String(reflecting: String(first.prefix(100)))) among them\n")
  }

  private func copyTokenizer(to folder: URL) throws(CommandError) {
    let tokenizer = source.appending(path: "tokenizer.json").path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: tokenizer) else { return }
    let copy = folder.appending(path: "tokenizer.json").path(percentEncoded: false)
    try FileOutput.write(Data(FileInput.bytes(of: tokenizer)), to: copy)
  }
}

/// What becomes of a checkpoint's tensors.
protocol WeightsPlan {
  /// Writes them as one safetensors file.
  ///
  /// - Parameter progress: told how many steps of how many are done; throws to stop.
  func write(
    to file: URL, from checkpoint: CheckpointDirectory, progress: (Int, Int) throws -> Void
  ) throws
}

extension CheckpointDirectory {
  /// The texts of a file that transformers reads: it asks for the framework.
  var convertedMetadata: [String: String] {
    metadata.merging(["format": "pt"]) { stored, _ in stored }
  }
}
