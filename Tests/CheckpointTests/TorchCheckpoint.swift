import Checkpoint
import Foundation
import TestSupport

/// A checkpoint of one PyTorch file in a directory of its own.
struct TorchCheckpoint {
  private let directory: TemporaryDirectory

  init(_ bytes: [UInt8]) throws {
    directory = try TemporaryDirectory()
    try directory.write(Array("{}".utf8), to: "config.json")
    try directory.write(bytes, to: "pytorch_model.bin")
  }

  /// Replaces the file.
  func replace(_ bytes: [UInt8]) throws {
    try directory.write(bytes, to: "pytorch_model.bin")
  }

  func open() throws(CheckpointError) -> CheckpointDirectory {
    try CheckpointDirectory(contentsOf: directory.url)
  }

  /// Every tensor's values by name, those of integers left out; what is damaged throws.
  func values() throws(CheckpointError) -> [String: [Float]] {
    let checkpoint = try open()
    var values: [String: [Float]] = [:]
    for (name, tensor) in checkpoint.tensors where [.f32, .f16, .bf16].contains(tensor.type) {
      values[name] = try checkpoint.floats(tensor)
    }
    return values
  }

  /// The error that reading everything ends with.
  static func error(_ bytes: [UInt8]) throws -> CheckpointError? {
    let checkpoint = try TorchCheckpoint(bytes)
    return checkpointError { () throws(CheckpointError) in try checkpoint.values() }
  }
}
