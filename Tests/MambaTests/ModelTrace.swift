import Kernels
import Mamba
import TestSupport

/// Every bit that a model gives while it consumes some tokens one by one, without a rollback.
struct ModelTrace: Equatable {
  /// Entry t: the logits after token t.
  private(set) var logits: [Bits] = []
  /// Entry t: the state after t tokens.
  private(set) var states: [Bits] = []

  init(_ model: MambaModel, _ tokens: [Int]) throws {
    let session = MambaSession(model: model, windowLimit: 1)
    states.append(session.state.bits)
    for token in tokens {
      try session.verify([token])
      logits.append(session.logitBits(after: 0))
      session.rollBack(toFirst: 1)
      states.append(session.state.bits)
    }
  }
}

extension MambaSession {
  /// The logits after a token of the last window.
  func logitBits(after index: Int) -> Bits {
    var row = [Float](repeating: .nan, count: model.configuration.vocabularySize)
    copyLogits(after: index, into: &row)
    return Bits(row)
  }

  /// Verifies a window and returns the logits after each of its tokens.
  func verified(_ window: some Collection<Int>) throws -> [Bits] {
    try verify(Array(window))
    return (0..<window.count).map { logitBits(after: $0) }
  }

  /// Verifies a window, lets all of it stand, and returns the logits after each of its tokens.
  func accepted(_ window: some Collection<Int>) throws -> [Bits] {
    let logits = try verified(window)
    rollBack(toFirst: window.count)
    return logits
  }

  /// The logits after the last of some tokens, which are consumed without a window.
  func consumed(_ tokens: some Collection<Int>) throws -> Bits {
    try consume(Array(tokens)[...], logits: 0..<model.configuration.vocabularySize)
    return logitBits(after: 0)
  }
}

extension MambaState {
  /// The whole state.
  var bits: Bits { Bits(bitPatterns) }
}
