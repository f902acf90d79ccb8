import Kernels
import Mamba
import Measuring

/// A model's session, driven as decoding drives it. All use of the model is here.
struct MeasuredSession {
  private let session: MambaSession
  private var logits: [Float]
  private let start: MambaState
  private let vocabulary: Range<Int>

  /// A session that has consumed nothing.
  init(_ model: MambaModel) {
    session = MambaSession(model: model)
    start = session.state
    vocabulary = 0..<model.configuration.vocabularySize
    logits = Array(repeating: 0, count: vocabulary.count)
  }

  /// Forgets everything.
  mutating func reset() {
    session.restore(start)
  }

  /// Returns to a state.
  mutating func restore(_ state: MambaState) {
    session.restore(state)
  }

  /// The state after what was consumed.
  var state: MambaState { session.state }

  /// Consumes a prompt, with the logits after its last token.
  mutating func prefill(_ tokens: [Int]) throws {
    try session.consume(tokens[...], logits: vocabulary)
  }

  /// Plain greedy decoding, `count` tokens after `token`; returns the last.
  mutating func decode(_ count: Int, after token: Int) throws -> Int {
    var token = token
    for _ in 0..<count {
      try session.consume([token], logits: vocabulary)
      session.copyLogits(after: 0, into: &logits)
      token = Self.largest(logits)
    }
    return token
  }

  /// One pass over a window, as verification does it.
  mutating func pass(_ window: [Int]) {
    session.computeLogits(of: window)
  }

  /// A plain step.
  mutating func step(_ token: Int) throws {
    try session.consume([token], logits: vocabulary)
  }

  /// Takes back all of the last window but its beginning.
  mutating func rollBack(toFirst count: Int) {
    session.rollBack(toFirst: count)
  }

  private static func largest(_ logits: [Float]) -> Int {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return best
  }
}
