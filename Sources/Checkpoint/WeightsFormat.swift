import Foundation
import SpecDecodePlatform

/// The formats that weights are stored in, in the order in which they are looked for: where there
/// are several, transformers takes the same one.
enum WeightsFormat: CaseIterable {
  case safetensors
  case pytorch

  /// The name of a file with all weights.
  var fileName: String {
    switch self {
    case .safetensors: "model.safetensors"
    case .pytorch: "pytorch_model.bin"
    }
  }

  /// The name of the index of several files.
  var indexName: String { fileName + ".index.json" }

  /// What the names of shards end in.
  var suffix: String {
    switch self {
    case .safetensors: ".safetensors"
    case .pytorch: ".bin"
    }
  }
}

/// Which files hold a checkpoint's weights.
struct WeightFiles {
  let format: WeightsFormat
  /// Nil when there is one file.
  let index: ShardIndex?

  var names: [String] { index?.fileNames ?? [format.fileName] }

  /// Looks for weights in a directory.
  init(in directory: URL) throws(CheckpointError) {
    for format in WeightsFormat.allCases {
      if try FileStatus(checking: directory.appending(path: format.fileName)) != .absent {
        (self.format, index) = (format, nil)
        return
      }
      let indexURL = directory.appending(path: format.indexName)
      if try FileStatus(checking: indexURL) != .absent {
        self.format = format
        index = try ShardIndex(contentsOf: indexURL, suffix: format.suffix)
        return
      }
    }
    let names = WeightsFormat.allCases.flatMap { [$0.fileName, $0.indexName] }
    throw .notACheckpoint(
      directory: directory.path(percentEncoded: false),
      reason: "it has none of \(names.joined(separator: ", "))",
      remedy: "Fetch the weights, or give the directory that holds them.")
  }
}
