package import Foundation

/// A checkpoint in the layout of Hugging Face: a directory with `config.json` and either
/// `model.safetensors` or `model.safetensors.index.json` and its shards.
///
/// Opening reads and checks every header; the weights themselves are read on demand. Where both
/// layouts are present the single file is used, as transformers does. The files stay open for as long
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
  /// The directory's path, for errors.
  var path: String { url.path(percentEncoded: false) }
  /// The open weight files by path.
  let files: [String: CheckpointFile]

  private static let weightsName = "model.safetensors"
  private static let configurationName = "config.json"
  private static let maximumConfigurationSize = 1 << 20

  /// Opens the checkpoint in a directory.
  ///
  /// - Throws: ``CheckpointError`` for anything that is missing, damaged or contradictory.
  /// - Complexity: O(*n* log *n*) for *n* bytes of headers.
  package init(contentsOf directory: URL) throws(CheckpointError) {
    try Self.requireDirectory(directory)
    let index = try Self.index(in: directory)
    let contents = try Self.open(index?.fileNames ?? [Self.weightsName], in: directory)
    try index?.check(contents.tensors)
    url = directory
    configuration = try wholeFile(
      directory.appending(path: Self.configurationName),
      maximumSize: Self.maximumConfigurationSize)
    metadata = contents.metadata
    tensors = try TensorNames.canonical(contents.tensors)
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
}

extension CheckpointDirectory {
  private struct Contents {
    var metadata: [String: String] = [:]
    var tensors: [String: TensorDescription] = [:]
    var files: [String: CheckpointFile] = [:]
  }

  private static func requireDirectory(_ directory: URL) throws(CheckpointError) {
    let path = directory.path(percentEncoded: false)
    var isDirectory: ObjCBool = false
    // SAFETY: the flag outlives the call.
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .notFound(file: path)
    }
    guard isDirectory.boolValue else {
      throw .notACheckpoint(
        directory: path, reason: "it is a file",
        remedy: "Give the directory that holds config.json and model.safetensors.")
    }
    guard exists(configurationName, in: directory) else {
      throw .notACheckpoint(
        directory: path, reason: "it has no config.json",
        remedy: "Fetch config.json of the model into the directory of its weights.")
    }
  }

  /// The index when the weights are in shards, nil when they are in one file.
  private static func index(in directory: URL) throws(CheckpointError) -> ShardIndex? {
    if exists(weightsName, in: directory) { return nil }
    if exists(ShardIndex.fileName, in: directory) {
      return try ShardIndex(contentsOf: directory.appending(path: ShardIndex.fileName))
    }
    let pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json"]
    guard !pickles.contains(where: { exists($0, in: directory) }) else {
      throw .notACheckpoint(
        directory: directory.path(percentEncoded: false),
        reason: "its weights are a PyTorch pickle, and this version reads safetensors only",
        remedy: "Convert it in Python: AutoModelForCausalLM.from_pretrained(dir)"
          + ".save_pretrained(dir, safe_serialization=True)")
    }
    throw .notACheckpoint(
      directory: directory.path(percentEncoded: false),
      reason: "it has neither \(weightsName) nor \(ShardIndex.fileName)",
      remedy: "Fetch the weights in the safetensors format.")
  }

  private static func exists(_ name: String, in directory: URL) -> Bool {
    FileManager.default.fileExists(
      atPath: directory.appending(path: name).path(percentEncoded: false))
  }

  private static func open(
    _ names: [String], in directory: URL
  ) throws(CheckpointError) -> Contents {
    var contents = Contents()
    for name in names {
      let file = try CheckpointFile(opening: directory.appending(path: name))
      let header = try header(of: file)
      contents.files[file.path] = file
      for tensor in header.tensors {
        if let other = contents.tensors.updateValue(tensor, forKey: tensor.name) {
          throw .tensorInMoreThanOneFile(tensor: tensor.name, files: [other.file, tensor.file])
        }
      }
      for (key, value) in header.metadata.sorted(by: { $0.key < $1.key }) {
        let other = contents.metadata.updateValue(value, forKey: key) ?? value
        guard other == value else {
          throw .malformedHeader(
            file: file.path, field: "__metadata__ of \(quoted(key))", found: quoted(value),
            expected: "\(quoted(other)) as in another shard")
        }
      }
    }
    return contents
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
