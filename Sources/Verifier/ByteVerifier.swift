import Checkpoint
public import DecodingCore
public import Foundation
package import Kernels
package import Mamba

/// MambaByte: a Mamba language model over raw bytes, which decides what is generated.
public struct ByteVerifier: VerifierModel {
  package let model: MambaModel
  let lazyFingerprint: LazyFingerprint

  /// Loads a checkpoint.
  ///
  /// - Parameters:
  ///   - directory: holds `config.json` of transformers or of state-spaces/mamba, and
  ///     `model.safetensors` or `pytorch_model.bin`, or an index and its shards.
  ///   - threads: how many threads compute at most, the caller's included; when nil as many as
  ///     physical cores that the process may use, by its affinity and the quota of its control
  ///     group. Models with equally many share them. Changes the speed, never the output.
  /// - Throws: `VerifierError`.
  public init(contentsOf directory: URL, threads: Int? = nil) throws(VerifierError) {
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
  /// - Throws: `VerifierError`.
  public init(contentsOf directory: URL, pool: ComputePool) throws(VerifierError) {
    try self.init(contentsOf: directory, team: pool.team)
  }

  /// Loads a checkpoint onto a team.
  package init(contentsOf directory: URL, team: WorkerTeam) throws(VerifierError) {
    let checkpoint: CheckpointDirectory
    let configuration: MambaConfiguration
    do {
      checkpoint = try CheckpointDirectory(contentsOf: directory)
      configuration = try MambaConfiguration(of: checkpoint)
    } catch {
      throw .checkpoint(error)
    }
    guard configuration.tokenCount == 256 else {
      throw .notByteLevel(
        directory: directory.path, vocabularySize: configuration.tokenCount)
    }
    // Rows of padding are left out, so that none of them can be sampled.
    let isPadded = configuration.vocabularySize > configuration.tokenCount
    do {
      model = try MambaModel(
        contentsOf: checkpoint, team: team, tokens: isPadded ? Array(0..<256) : nil)
    } catch {
      throw .checkpoint(error)
    }
    lazyFingerprint = LazyFingerprint(of: checkpoint)
  }

  /// A session that has consumed nothing.
  public func makeSession() -> ByteVerifierSession {
    ByteVerifierSession(model: model)
  }

  /// Memory that the weights take as packed, in bytes.
  public var weightByteCount: Int { model.weightByteCount }
}

/// A verifier's recurrent state during one generation.
///
/// Rolling back replays the scans from the start of the last window; its cost does not depend on
/// what was consumed before.
public struct ByteVerifierSession: VerifierSession {
  var session: MambaSession
  /// The bytes of a pass as the model's tokens.
  private var tokens: [Int] = []

  init(model: MambaModel) {
    session = MambaSession(model: model)
  }

  /// The most bytes that `verify` takes at once.
  public var windowLimit: Int { session.windowLimit }

  /// Consumes bytes without computing logits.
  public mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: Self.chunkLimit) {
      setTokens(bytes[start..<min(start + Self.chunkLimit, bytes.endIndex)])
      try consumeTokens(logits: nil)
    }
  }

  /// Consumes a byte for good and keeps the logits after it.
  public mutating func step(_ byte: UInt8) throws(DecodingError) {
    setTokens(CollectionOfOne(byte))
    try consumeTokens(logits: 0..<256)
  }

  /// Consumes a window in one pass and keeps the logits after each of its bytes.
  public mutating func verify(_ window: [UInt8]) throws(DecodingError) {
    setTokens(window)
    session.computeLogits(of: tokens)
  }

  /// Copies the logits that follow byte `index` of the last window.
  ///
  /// - Throws: `DecodingError.nonFiniteLogit`.
  public func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
    do {
      try session.checkLogits(after: index)
    } catch {
      throw .nonFiniteLogit(model: "verifier", index: error.index)
    }
    session.copyLogits(after: index, into: &logits)
  }

  /// Forgets the bytes of the last window from `count` on.
  public mutating func rollBack(toFirst count: Int) {
    session.rollBack(toFirst: count)
  }

  /// Bytes that are turned into tokens at a time.
  private static let chunkLimit = 4096

  private mutating func setTokens(_ bytes: some Sequence<UInt8>) {
    tokens.removeAll(keepingCapacity: true)
    for byte in bytes { tokens.append(Int(byte)) }
  }

  private mutating func consumeTokens(logits rows: Range<Int>?) throws(DecodingError) {
    do {
      try session.consume(tokens[...], logits: rows)
    } catch {
      throw .nonFiniteLogit(model: "verifier", index: error.index)
    }
  }

  /// The state after what was consumed, to compare bit by bit.
  package var state: MambaState { session.snapshot }
}
