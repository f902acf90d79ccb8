import Checkpoint
import Foundation
import Mamba

/// What stands beside the weights of a converted checkpoint, by name.
struct ConvertedFiles {
  private var files: [String: Data] = [:]

  /// `config.json` as it is where it is right already, or else as transformers reads it.
  init(
    of checkpoint: CheckpointDirectory, _ configuration: MambaConfiguration, precision: Precision
  ) throws {
    let declared = try DeclaredConfiguration(of: checkpoint)
    let isRight =
      declared.layout == .huggingFace && configuration == MambaConfiguration(declared)
    if isRight, precision.keepsConfiguration, !configuration.usesLayerNorm {
      files["config.json"] = checkpoint.configuration
    } else {
      files["config.json"] = try HuggingFaceConfiguration(
        configuration,
        fields: declared.layout == .huggingFace ? checkpoint.configuration : nil,
        type: Self.type(of: checkpoint, precision),
        file: checkpoint.url.appending(path: "config.json").path(percentEncoded: false)
      ).json()
    }
    if configuration.usesLayerNorm {
      files[LayerNormModule.fileName] = Data(LayerNormModule.text.utf8)
    }
  }

  /// Writes them into a folder.
  func write(to folder: URL) throws(CommandError) {
    for (name, data) in files.sorted(by: { $0.key < $1.key }) {
      try FileOutput.write(data, to: folder.appending(path: name).path(percentEncoded: false))
    }
  }

  /// The type in which transformers should compute, that of the embedding; f32 for int8.
  private static func type(of checkpoint: CheckpointDirectory, _ precision: Precision) -> TensorType
  {
    switch precision {
    case .type(let type): type
    case .int8: .f32
    case .kept: checkpoint.tensors["backbone.embeddings.weight"]?.type ?? .f32
    }
  }
}

extension Precision {
  /// Whether a configuration that is right needs no other type in it.
  fileprivate var keepsConfiguration: Bool {
    if case .type = self { false } else { true }
  }
}
