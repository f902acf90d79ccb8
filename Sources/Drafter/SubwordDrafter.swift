import Checkpoint
public import DecodingCore
public import Foundation
package import Kernels
package import Mamba
import SpecDecodeTokenizer

/// A subword Mamba with its tokenizer, which proposes bytes token by token.
///
/// The model's vocabulary is kept in the order of the tokens' bytes, so that the tokens which
/// begin with a prefix are neighbours: their logits are a range, and so are the rows of the
/// output matrix that are needed to compute them.
public struct SubwordDrafter: DrafterModel {
  package let model: MambaModel
  let vocabulary: DrafterVocabulary

  /// Loads a checkpoint.
  ///
  /// - Parameters:
  ///   - directory: holds `config.json` of transformers or of state-spaces/mamba, the weights
  ///     (`model.safetensors` or `pytorch_model.bin`, or an index and its shards) and
  ///     `tokenizer.json`, a byte-level BPE.
  ///   - threads: how many threads compute at most, the caller's included; when nil as many as
  ///     physical cores that the process may use, by its affinity and the quota of its control
  ///     group. Models with equally many share them.
  /// - Throws: `DrafterError`.
  public init(contentsOf directory: URL, threads: Int? = nil) throws(DrafterError) {
    let team: WorkerTeam
    do {
      team = try WorkerTeam.shared(size: threads)
    } catch {
      throw .instructionSet(error)
    }
    try self.init(contentsOf: directory, team: team)
  }

  /// Loads a checkpoint onto a pool of the program's own.
  ///
  /// - Throws: `DrafterError`.
  public init(contentsOf directory: URL, pool: ComputePool) throws(DrafterError) {
    try self.init(contentsOf: directory, team: pool.team)
  }

  /// Loads a checkpoint onto a team.
  package init(contentsOf directory: URL, team: WorkerTeam) throws(DrafterError) {
    let stored = try Self.open(directory)
    vocabulary = try Self.loadVocabulary(besideModelOf: stored.tokenCount, in: directory)
    do {
      model = try MambaModel(
        contentsOf: stored.checkpoint, team: team, tokens: vocabulary.trie.ids.map { Int($0) })
    } catch {
      throw .checkpoint(error)
    }
  }

  private static func open(
    _ directory: URL
  ) throws(DrafterError) -> (checkpoint: CheckpointDirectory, tokenCount: Int) {
    do {
      let checkpoint = try CheckpointDirectory(contentsOf: directory)
      return (checkpoint, try MambaConfiguration(of: checkpoint).tokenCount)
    } catch {
      throw .checkpoint(error)
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

  /// Memory that the weights take as packed, in bytes.
  public var weightByteCount: Int { model.weightByteCount }
}
