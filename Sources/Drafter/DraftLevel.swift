import Kernels
import Mamba

/// The drafter after a number of drafted tokens: what it returns to when the next is rejected.
struct DraftLevel {
  /// Room for the recurrent state there: the session's own until it goes on to the next level.
  let state: any StateSnapshot
  /// Logits of the next token, of the sorted positions in `range` only.
  private let logits: FloatBuffer
  /// Which logits are valid.
  private(set) var range: Range<Int> = 0..<0

  init(_ session: MambaSession) {
    state = session.makeSnapshot()
    logits = FloatBuffer(count: session.model.configuration.vocabularySize)
  }

  /// Takes some of the logits that a session has computed.
  mutating func saveLogits(of session: MambaSession, _ range: Range<Int>) {
    self.range = range
    session.withLogits(after: 0) { row in
      logits.copy(from: row.extracting(range), to: range.lowerBound)
    }
  }

  /// The running sums of the likelihoods of some tokens, which the level has the logits of.
  func cumulativeSoftmax(
    of tokens: Range<Int>, temperature: Float = 1, into sums: inout [Double]
  ) {
    logits.rows(stride: logits.count).withSpan(columns: tokens) { logits in
      InstructionSet.preferred.cumulativeSoftmax(
        of: logits, temperature: temperature, into: &sums)
    }
  }

  /// Whether the level has the logits of some tokens.
  func covers(_ tokens: Range<Int>) -> Bool {
    !tokens.isEmpty && range.lowerBound <= tokens.lowerBound
      && range.upperBound >= tokens.upperBound
  }
}
