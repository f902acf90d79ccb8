package import Checkpoint
package import Kernels
package import SpecDecodePlatform

/// A Mamba language model (Gu and Dao, arXiv 2312.00752): immutable weights and the team that
/// computes with them. Sessions hold what changes.
package final class MambaModel: Sendable {
  /// The model's shape; the vocabulary is what was kept of it.
  package let configuration: MambaConfiguration

  /// The threads that run a pass.
  package let team: WorkerTeam

  let weights: MambaWeights

  /// Memory that the packed weights take, in bytes.
  package var weightByteCount: Int { weights.byteCount }

  /// Reads and packs the weights of a checkpoint.
  ///
  /// A header can claim any size in a sparse file: the need is compared with the limit before
  /// anything is allocated.
  ///
  /// - Parameters:
  ///   - checkpoint: Hugging Face layout.
  ///   - tokens: the vocabulary entries to keep, in this order: a token's number in the model is
  ///     its place here. All of them when nil.
  ///   - memory: how much the weights and a session may take.
  /// - Throws: `CheckpointError`, naming file, tensor or field.
  package init(
    contentsOf checkpoint: CheckpointDirectory, team: WorkerTeam, tokens: [Int]? = nil,
    memory: MemoryLimit = .current
  ) throws(CheckpointError) {
    let stored = try MambaConfiguration(of: checkpoint)
    try memory.require(
      stored.byteCount(in: checkpoint, members: team.size), for: checkpoint.url)
    if memory.cause == .addressSpace {
      try memory.require(
        stored.addressByteCount(in: checkpoint, members: team.size), for: checkpoint.url)
    }
    let loader = TensorLoader(
      checkpoint: checkpoint, activations: try ActivationWidths(of: checkpoint),
      instructionSet: team.instructionSet)
    weights = try MambaWeights(of: stored, from: loader, tokens: tokens)
    configuration = tokens.map { stored.keeping(vocabularySize: $0.count) } ?? stored
    self.team = team
  }

  /// The logits after each of some tokens, from an empty state: [tokens][vocabulary].
  ///
  /// - Throws: `NonFiniteLogit`.
  package func logits(of tokens: [Int]) throws(NonFiniteLogit) -> [Float] {
    var session = MambaSession(model: self)
    var row = [Float](repeating: 0, count: configuration.vocabularySize)
    var result: [Float] = []
    result.reserveCapacity(tokens.count * row.count)
    for start in stride(from: 0, to: tokens.count, by: session.windowLimit) {
      let window = tokens[start..<min(start + session.windowLimit, tokens.count)]
      try session.verify(Array(window))
      for index in 0..<window.count {
        session.copyLogits(after: index, into: &row)
        result += row
      }
      session.rollBack(toFirst: window.count)
    }
    return result
  }
}

/// A model gave a logit that is NaN or infinite.
package struct NonFiniteLogit: Error, Equatable, Sendable {
  /// Its place in the row of logits.
  package let index: Int
}
