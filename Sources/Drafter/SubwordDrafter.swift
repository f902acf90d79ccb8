import Checkpoint
public import DecodingCore
public import Foundation
public import Mamba
public import MambaDevices
import SpecDecodeTokenizer

/// A subword Mamba with its tokenizer, which proposes bytes token by token.
///
/// The model's vocabulary is kept in the order of the tokens' bytes, so that the tokens which
/// begin with a prefix are neighbours: their logits are a range, and so are the rows of the
/// output matrix that are needed to compute them.
public struct SubwordDrafter: DrafterModel {
  package let model: MambaModel
  let vocabulary: DrafterVocabulary
  private let stored: StoredModel

  /// Loads a checkpoint.
  ///
  /// - Parameters:
  ///   - directory: holds `config.json` of transformers or of state-spaces/mamba, the weights
  ///     (`model.safetensors` or `pytorch_model.bin`, or an index and its shards) and
  ///     `tokenizer.json`, a byte-level BPE.
  ///   - device: what computes.
  /// - Throws: `DrafterError`.
  public init(contentsOf directory: URL, on device: ComputeDevice = .cpu()) throws(DrafterError) {
    do {
      stored = try StoredModel(contentsOf: directory)
    } catch {
      throw .model(error)
    }
    vocabulary = try Self.loadVocabulary(
      besideModelOf: stored.configuration.tokenCount, in: directory)
    do {
      model = try stored.load(
        on: device,
        ModelRequest(
          tokens: vocabulary.trie.ids.map { Int($0) }, snapshots: SubwordDrafterSession.levelLimit))
    } catch {
      throw .model(error)
    }
  }

  private static func loadVocabulary(
    besideModelOf size: Int, in directory: URL
  ) throws(DrafterError) -> DrafterVocabulary {
    let file = directory.appendingPathComponent("tokenizer.json")
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw .noTokenizer(directory: directory.path, vocabularySize: size)
    }
    let tokenizer: BPETokenizer
    do {
      tokenizer = try BPETokenizer(contentsOf: file)
    } catch {
      throw .tokenizer(error)
    }
    guard tokenizer.vocabularySize <= size else {
      throw .tokenizerTooLarge(
        file: file.path, tokenizerSize: tokenizer.vocabularySize, vocabularySize: size)
    }
    let vocabulary = DrafterVocabulary(tokenizer)
    guard vocabulary.trie.count > 0 else { throw .emptyTokenizer(file: file.path) }
    return vocabulary
  }

  /// A session that has seen nothing.
  public func makeSession() -> SubwordDrafterSession {
    SubwordDrafterSession(model: model, vocabulary: vocabulary)
  }

  /// A digest of everything that decides the model's logits; the tokenizer is not in it.
  ///
  /// - Complexity: the first time all of the weights' files are read; they are kept open for it.
  /// - Throws: `DrafterError.model`.
  public func fingerprint() throws(DrafterError) -> [UInt8] {
    do {
      return try stored.fingerprint().bytes
    } catch {
      throw .model(.checkpoint(error))
    }
  }

  /// What computes the model.
  public var device: DeviceDescription { model.device }

  /// Memory that the weights take as packed, in bytes.
  public var weightByteCount: Int { model.weightByteCount }

  /// How many tokens a text is.
  package func tokenCount(of bytes: [UInt8]) -> Int { vocabulary.encode(bytes).count }
}
