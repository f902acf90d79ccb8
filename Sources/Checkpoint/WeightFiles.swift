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

/// The index of a checkpoint in several files: which shard holds which tensor.
struct ShardIndex {
  /// Tensor name to the name of a file in the same directory.
  let shards: [String: String]
  private let path: String

  private static let maximumSize = 16 << 20

  private struct Contents: Decodable {
    // The key is that of the file.
    enum CodingKeys: String, CodingKey { case shards = "weight_map" }
    let shards: [String: String]
  }

  /// Reads an index; only plain file names are accepted in it, so that it leads nowhere else.
  ///
  /// Names are looked at in their order, so that one damage always gives one error.
  ///
  /// - Parameter suffix: what the shards' names end in.
  init(contentsOf url: URL, suffix: String) throws(CheckpointError) {
    path = url.path(percentEncoded: false)
    let data = try wholeFile(url, maximumSize: Self.maximumSize)
    guard let contents = try? JSONDecoder().decode(Contents.self, from: data) else {
      throw .malformedIndex(
        file: path, field: "weight_map", found: "missing or damaged JSON",
        expected: "an object of tensor names and file names")
    }
    shards = contents.shards
    do {
      try JSONScanner.requireDistinctKeys(in: data)
    } catch {
      throw .malformedIndex(
        file: path, field: error.field, found: error.found, expected: error.expected)
    }
    for (tensor, shard) in shards.sorted(by: { $0.key < $1.key }) where !Self.isPlain(shard, suffix)
    {
      throw .malformedIndex(
        file: path, field: "weight_map of \(quoted(tensor))", found: quoted(shard),
        expected: "the name of a \(suffix) file in the same directory")
    }
  }

  /// The shards' file names in order.
  var fileNames: [String] {
    Set(shards.values).sorted()
  }

  /// Checks that each tensor stands in the shard that the index names, and that there is no other.
  func check(_ tensors: [String: TensorDescription]) throws(CheckpointError) {
    for (name, shard) in shards.sorted(by: { $0.key < $1.key }) {
      guard let tensor = tensors[name] else {
        throw .malformedIndex(
          file: path, field: "weight_map of \(quoted(name))", found: quoted(shard),
          expected: "a shard that holds this tensor")
      }
      let holder = URL(fileURLWithPath: tensor.file).lastPathComponent
      guard holder == shard else {
        throw .malformedIndex(
          file: path, field: "weight_map of \(quoted(name))", found: quoted(shard),
          expected: quoted(holder))
      }
    }
    for name in tensors.keys.sorted() where shards[name] == nil {
      throw .malformedIndex(
        file: path, field: "weight_map", found: "no entry for \(quoted(name))",
        expected: "every tensor of the shards")
    }
  }

  private static func isPlain(_ name: String, _ suffix: String) -> Bool {
    let suffix = Array(suffix.utf8)
    let bytes = Array(name.utf8)
    let forbidden: [UInt8] = [0, UInt8(ascii: "/"), UInt8(ascii: "\\")]
    return bytes.count > suffix.count && bytes.suffix(suffix.count) == suffix[...]
      && bytes.first != UInt8(ascii: ".") && !name.contains("..")
      && !bytes.contains(where: forbidden.contains)
  }
}
