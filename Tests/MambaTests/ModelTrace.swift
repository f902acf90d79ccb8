import Kernels
import Mamba

/// Every bit that a model gives while it consumes some tokens one by one, without a rollback.
struct ModelTrace: Equatable {
  /// Entry t: the logits after token t.
  private(set) var logits: [[UInt32]] = []
  /// Entry t: the state after t tokens.
  private(set) var states: [[UInt32]] = []

  init(_ model: MambaModel, _ tokens: [Int]) throws {
    var session = MambaSession(model: model, windowLimit: 1)
    states.append(session.snapshot.bitPatterns)
    for token in tokens {
      try session.verify([token])
      logits.append(session.logitBits(after: 0))
      session.rollBack(toFirst: 1)
      states.append(session.snapshot.bitPatterns)
    }
  }
}

extension MambaSession {
  /// The logits after a token of the last window.
  func logitBits(after index: Int) -> [UInt32] {
    var row = [Float](repeating: .nan, count: model.configuration.vocabularySize)
    copyLogits(after: index, into: &row)
    return row.map(\.bitPattern)
  }

  /// Verifies a window and returns the logits after each of its tokens.
  mutating func verified(_ window: some Collection<Int>) throws -> [[UInt32]] {
    try verify(Array(window))
    return (0..<window.count).map { logitBits(after: $0) }
  }

  /// Verifies a window, lets all of it stand, and returns the logits after each of its tokens.
  mutating func accepted(_ window: some Collection<Int>) throws -> [[UInt32]] {
    let logits = try verified(window)
    rollBack(toFirst: window.count)
    return logits
  }

  /// The logits after the last of some tokens, which are consumed without a window.
  mutating func consumed(_ tokens: some Collection<Int>) throws -> [UInt32] {
    try consume(Array(tokens)[...], logits: 0..<model.configuration.vocabularySize)
    return logitBits(after: 0)
  }
}
