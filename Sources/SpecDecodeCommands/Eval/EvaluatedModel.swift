import Checkpoint
import Drafter
import Foundation
import Mamba
import MambaDevices
import Reporting
import SpecDecodeTokenizer

/// A model with what divides bytes into its tokens.
struct EvaluatedModel {
  let model: MambaModel
  let record: ModelRecord
  /// Nil for a byte-level model.
  private let tokenizer: BPETokenizer?

  /// Entries of the vocabulary that stand for bytes.
  var vocabularySize: Int { model.configuration.vocabularySize }

  /// Loads a checkpoint; one with a `tokenizer.json` is a subword model.
  ///
  /// - Throws: also `CommandError.unexpectedContents` for another model without one.
  init(contentsOf path: String, on device: ComputeDevice) throws {
    let folder = try ModelFolder.url(of: path)
    let stored = try StoredModel(contentsOf: folder)
    let configuration = stored.configuration
    StandardError.write(configuration.warnings)
    let file = folder.appending(path: "tokenizer.json")
    let hasTokenizer = FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
    tokenizer = hasTokenizer ? try BPETokenizer(contentsOf: file) : nil
    let size = tokenizer?.vocabularySize ?? 256
    guard size > 0, size <= configuration.tokenCount,
      hasTokenizer || configuration.tokenCount == 256
    else {
      throw CommandError.unexpectedContents(
        path: path, found: "has \(configuration.tokenCount) tokens and a tokenizer of \(size)",
        remedy: "give a byte-level model, or one with its own tokenizer.json in the folder")
    }
    // Rows of padding stand for nothing: no probability may go to them.
    model = try stored.load(
      on: device,
      ModelRequest(tokens: size < configuration.vocabularySize ? Array(0..<size) : nil))
    record = ModelRecord(
      name: folder.standardizedFileURL.lastPathComponent, path: path,
      fingerprint: try stored.fingerprint().description,
      weightBytes: model.weightByteCount)
  }

  /// The tokens of bytes; a byte that no token covers is left out.
  func tokens(of bytes: [UInt8]) -> [Int] {
    tokenizer?.encode(bytes).map { Int($0) } ?? bytes.map { Int($0) }
  }

  /// How many bytes a token stands for.
  func byteCount(of token: Int) -> Int { tokenizer.map { $0.bytes(of: token)?.count ?? 0 } ?? 1 }

  /// What the model has read before the first byte.
  var opening: Int { tokens(of: [0x0A]).last ?? 0 }
}
