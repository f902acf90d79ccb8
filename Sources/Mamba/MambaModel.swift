package import SpecDecodePlatform

/// A Mamba language model (Gu and Dao, arXiv 2312.00752) on a device. Immutable: sessions hold what
/// changes.
package final class MambaModel: Sendable {
  /// The model's shape; the vocabulary is what was kept of it.
  package let configuration: MambaConfiguration

  /// What computes it.
  package let backend: any MambaBackend

  /// What computes it, for reports.
  package var device: DeviceDescription { backend.device }

  /// Memory that the packed weights take, in bytes.
  package var weightByteCount: Int { backend.weightByteCount }

  /// What passes cost, as the backend says.
  package var passCosts: [Double] { backend.passCosts }

  package init(configuration: MambaConfiguration, backend: any MambaBackend) {
    self.configuration = configuration
    self.backend = backend
  }

  /// The logits after each of some tokens, from an empty state: [tokens][vocabulary].
  ///
  /// - Throws: `NonFiniteLogit`.
  package func logits(of tokens: [Int]) throws(NonFiniteLogit) -> [Float] {
    let session = MambaSession(model: self)
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

/// What of a checkpoint is loaded, and what must fit in memory beside it.
package struct ModelRequest: Sendable {
  /// The vocabulary entries to keep, in this order: a token's number in the model is its place
  /// here. All of them when nil.
  package let tokens: [Int]?

  /// Copies of the state, each with a row of logits, that a session's owner will keep.
  package let snapshots: Int

  /// How much weights, session and snapshots may take.
  package let memory: MemoryLimit

  package init(tokens: [Int]? = nil, snapshots: Int = 0, memory: MemoryLimit = .current) {
    self.tokens = tokens
    self.snapshots = snapshots
    self.memory = memory
  }
}

/// A model gave a logit that is NaN or infinite, or its device failed.
package struct NonFiniteLogit: Error, Equatable, Sendable {
  /// Its place in the row of logits.
  package let index: Int

  /// Why the device computes no more; nil when it is well.
  package var deviceFailure: String?

  package init(index: Int, deviceFailure: String? = nil) {
    self.index = index
    self.deviceFailure = deviceFailure
  }
}
