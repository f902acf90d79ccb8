package import Foundation
import SpecDecodePlatform

/// A checkpoint: a directory with `config.json` and the weights, in `model.safetensors` or
/// `pytorch_model.bin`, or in shards with an index `….index.json`.
///
/// Opening reads and checks every header; the weights themselves are read on demand. Where there
/// are several, safetensors come before PyTorch's format and a single file before shards, as in
/// transformers. The files stay open for as long
/// as a copy of this value lives. Nothing is written, and nothing in the files is executed.
package struct CheckpointDirectory: Sendable {
  /// The directory.
  package let url: URL
  /// The bytes of `config.json`, at most 1 MiB, not looked at.
  package let configuration: Data
  /// The free-form texts of the weight files, merged.
  package let metadata: [String: String]
  /// Every tensor by its name in the layout of Hugging Face, whatever layout it is stored in; the
  /// scales of quantised matrices are tensors like all others.
  package let tensors: [String: TensorDescription]
  /// The keys of ``tensors`` by the names in the files, where they differ.
  private let canonicalNames: [String: String]
  /// The directory's path, for errors.
  var path: String { url.path(percentEncoded: false) }
  /// The open weight files by path.
  let files: [String: CheckpointFile]
  /// Reads the tensors of PyTorch files.
  let torch = TorchReader()

  private static let configurationName = "config.json"
  private static let maximumConfigurationSize = 1 << 20

  /// Opens the checkpoint in a directory.
  ///
  /// - Throws: ``CheckpointError`` for anything that is missing, damaged or contradictory.
  /// - Complexity: O(*n* log *n*) for *n* bytes of headers.
  package init(contentsOf directory: URL) throws(CheckpointError) {
    try Self.requireDirectory(directory)
    let weights = try WeightFiles(in: directory)
    let contents = try Self.open(weights, in: directory)
    try weights.index?.check(contents.tensors)
    url = directory
    configuration = try wholeFile(
      directory.appending(path: Self.configurationName),
      maximumSize: Self.maximumConfigurationSize)
    metadata = contents.metadata
    (tensors, canonicalNames) = try TensorNames.canonical(contents.tensors)
    files = contents.files
  }

  /// The tensor of this name.
  ///
  /// - Throws: ``CheckpointError/missingTensor(directory:tensor:)``.
  package func tensor(named name: String) throws(CheckpointError) -> TensorDescription {
    guard let tensor = tensors[name] else {
      throw .missingTensor(directory: path, tensor: name)
    }
    return tensor
  }

  /// The tensor that has this name in the files or in the layout of Hugging Face; nil when there is
  /// none.
  package func tensor(storedAs name: String) -> TensorDescription? {
    tensors[canonicalNames[name] ?? name]
  }
}

extension CheckpointDirectory {
  private struct Contents {
    var metadata: [String: String] = [:]
    var tensors: [String: TensorDescription] = [:]
    var files: [String: CheckpointFile] = [:]

    mutating func add(_ tensors: [TensorDescription]) throws(CheckpointError) {
      for tensor in tensors {
        if let other = self.tensors.updateValue(tensor, forKey: tensor.name) {
          throw .tensorInMoreThanOneFile(tensor: tensor.name, files: [other.file, tensor.file])
        }
      }
    }

    mutating func add(_ metadata: [String: String], of file: String) throws(CheckpointError) {
      for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
        let other = self.metadata.updateValue(value, forKey: key) ?? value
        guard other == value else {
          throw .malformedHeader(
            file: file, field: "__metadata__ of \(quoted(key))", found: quoted(value),
            expected: "\(quoted(other)) as in another shard")
        }
      }
    }
  }

  private static func requireDirectory(_ directory: URL) throws(CheckpointError) {
    let path = directory.path(percentEncoded: false)
    switch try FileStatus(checking: directory) {
    case .directory: break
    case .absent: throw .notFound(file: path)
    case .file:
      throw .notACheckpoint(
        directory: path, reason: "it is a file",
        remedy: "Give the directory that holds config.json and the weights.")
    }
    guard try FileStatus(checking: directory.appending(path: configurationName)) != .absent else {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      guard !names.contains(where: { $0.hasSuffix(".gguf") }) else {
        throw .notACheckpoint(
          directory: path, reason: "it holds a model in the format GGUF",
          remedy: "Fetch the model's safetensors or PyTorch weights and their config.json.")
      }
      throw .notACheckpoint(
        directory: path, reason: "it has no config.json",
        remedy: "Fetch config.json of the model into the directory of its weights.")
    }
  }

  private static func open(
    _ weights: WeightFiles, in directory: URL
  ) throws(CheckpointError) -> Contents {
    var contents = Contents()
    for name in weights.names {
      let file = try CheckpointFile(opening: directory.appending(path: name))
      try refusePointer(file)
      contents.files[file.path] = file
      switch weights.format {
      case .safetensors:
        let header = try header(of: file)
        try contents.add(header.tensors)
        try contents.add(header.metadata, of: file.path)
      case .pytorch: try contents.add(TorchFile(of: file).tensors)
      }
    }
    return contents
  }

  private static func refusePointer(_ file: CheckpointFile) throws(CheckpointError) {
    var start: [UInt8] = []
    let count = min(GitLFSPointer.prefixLength, file.size)
    try file.read(at: 0, count: count, into: &start, tensor: nil)
    if GitLFSPointer.begins(start) {
      throw .notReadable(file: file.path, reason: GitLFSPointer.reason)
    }
  }

  private static func header(of file: CheckpointFile) throws(CheckpointError) -> SafetensorsHeader {
    var bytes: [UInt8] = []
    let prefixLength = min(SafetensorsHeader.prefixLength, file.size)
    try file.read(at: 0, count: prefixLength, into: &bytes, tensor: nil)
    let length = try SafetensorsHeader.length(prefix: bytes, fileSize: file.size, file: file.path)
    try file.read(at: 0, count: prefixLength + length, into: &bytes, tensor: nil)
    return try SafetensorsHeader(parsing: bytes, fileSize: file.size, file: file.path)
  }
}
