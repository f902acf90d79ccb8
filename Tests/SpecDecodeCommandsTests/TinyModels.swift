import Checkpoint
import Foundation
import TestSupport
import Testing

/// A temporary folder with a tiny verifier and a tiny drafter in it.
struct TinyModels {
  /// Entries of the drafter's vocabulary.
  static let drafterSize = TinyTokenizer.size

  let url: URL
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    url = directory.url.resolvingSymlinksInPath()
    for name in ["verifier", "drafter"] {
      try FileManager.default.createDirectory(
        at: url.appending(path: name), withIntermediateDirectories: false)
    }
    try TinyModel().write(to: url.appending(path: "verifier"))
    try writeDrafter(vocabularySize: Self.drafterSize)
  }

  /// The path of something in the folder.
  func path(_ name: String) -> String {
    url.appending(path: name).path(percentEncoded: false)
  }

  /// Writes a file into the folder.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  /// Writes the drafter anew.
  func writeDrafter(vocabularySize: Int) throws {
    var model = TinyModel()
    model.vocabularySize = vocabularySize
    model.seed = 2
    try model.write(to: url.appending(path: "drafter"))
    try TinyTokenizer.write(to: url.appending(path: "drafter"))
  }

  /// Writes the verifier anew, with free-form texts.
  func writeVerifier(metadata: [String: String]) throws {
    var model = TinyModel()
    model.metadata = metadata
    try model.write(to: url.appending(path: "verifier"))
  }

  /// Overwrites a number of one of the drafter's tensors.
  func poisonDrafter(_ tensor: String, with value: Float) throws {
    try poison("drafter", tensor, with: value)
  }

  /// Overwrites a number of one of a model's tensors.
  func poison(_ model: String, _ tensor: String, with value: Float) throws {
    let folder = url.appending(path: model)
    let place = try CheckpointDirectory(contentsOf: folder).tensor(named: tensor).fileRange
    let handle = try FileHandle(forUpdating: folder.appending(path: "model.safetensors"))
    try handle.seek(toOffset: UInt64(place.lowerBound + 12))
    try handle.write(
      contentsOf: Data((0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) }))
    try handle.close()
  }

  /// The arguments of a run with the two models.
  func run(_ arguments: String...) -> [String] {
    ["run", "--verifier", path("verifier"), "--drafter", path("drafter")] + arguments
  }
}
