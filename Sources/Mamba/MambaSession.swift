import Kernels

/// A model with a state: consumes tokens, gives logits, and takes tokens back.
///
/// The rules of windows stand here, once for all devices. Used by one thread at a time.
package final class MambaSession {
  /// The model.
  package let model: MambaModel

  private let sequence: any MambaSequence
  /// Tokens of the window that may still be taken back.
  private var windowCount = 0

  /// A session that has consumed nothing.
  ///
  /// - Parameter windowLimit: at least 1.
  package init(model: MambaModel, windowLimit: Int = MambaSession.defaultWindowLimit) {
    self.model = model
    sequence = model.backend.makeSequence(windowLimit: windowLimit)
  }

  /// The window that a verifier needs for its longest draft.
  package static let defaultWindowLimit = 33

  /// The most tokens of a window that can be taken back.
  package var windowLimit: Int { sequence.windowLimit }

  /// Consumes tokens without logits, or with those after the last one.
  package func consume(
    _ tokens: ArraySlice<Int>, logits rows: Range<Int>? = nil
  ) throws(NonFiniteLogit) {
    settle()
    var rest = tokens
    while !rest.isEmpty {
      let chunk = rest.prefix(sequence.chunkLimit)
      rest = rest.dropFirst(chunk.count)
      let logits: LogitsRequest = if rest.isEmpty, let rows { .last(rows: rows) } else { .none }
      run(chunk, isRecorded: false, logits)
    }
    if let rows, !tokens.isEmpty { try checkLogits(row: 0, rows) }
  }

  /// Consumes a window, keeps the logits after each of its tokens and looks at all of them.
  ///
  /// - Parameter window: 1 to `windowLimit` tokens.
  /// - Throws: `NonFiniteLogit`.
  package func verify(_ window: [Int]) throws(NonFiniteLogit) {
    computeLogits(of: window)
    for row in window.indices { try checkLogits(after: row) }
  }

  /// Consumes a window and keeps the logits after each of its tokens; who uses some of them checks
  /// those. All of the window is kept unless `rollBack` follows before anything else is consumed.
  ///
  /// - Parameter window: 1 to `windowLimit` tokens.
  package func computeLogits(of window: [Int]) {
    precondition(!window.isEmpty && window.count <= windowLimit)
    settle()
    run(window[...], isRecorded: true, .all)
    windowCount = window.count
  }

  /// Takes back all but the first `count` tokens of the last window.
  ///
  /// - Complexity: a replay of the scans over `count` positions; none when all are kept.
  package func rollBack(toFirst count: Int) {
    precondition(count >= 0 && count <= windowCount)
    let window = windowCount
    windowCount = 0
    if count > 0 { sequence.settle(first: count, of: window) }
  }

  /// Lends the logits that follow token `index` of the last window, or 0 after `consume`.
  package func withLogits<Result, E: Error>(
    after index: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    try sequence.withLogits(row: index, body)
  }

  /// Copies logits that follow token `index` of the last window, or 0 after `consume`.
  ///
  /// - Parameter logits: overwritten by vocabulary entries from `offset` on, as many as it holds.
  package func copyLogits(after index: Int, from offset: Int = 0, into logits: inout [Float]) {
    let entries = offset..<offset + logits.count
    sequence.withLogits(row: index) { $0.extracting(entries).copy(into: &logits) }
  }

  /// Looks at the logits that follow token `index` of the last window.
  ///
  /// - Throws: `NonFiniteLogit`.
  package func checkLogits(after index: Int) throws(NonFiniteLogit) {
    try checkLogits(row: index, 0..<model.configuration.vocabularySize)
  }

  /// The state after what was consumed, on the host; of a window in progress, before it.
  package var state: MambaState { sequence.state }

  /// Returns to a state of any session of the model, on any device.
  package func restore(_ state: MambaState) {
    windowCount = 0
    sequence.state = state
  }

  /// Room for a copy of the state, where the device keeps it.
  package func makeSnapshot() -> any StateSnapshot { sequence.makeSnapshot() }

  /// Copies the state into a snapshot, without an allocation.
  package func save(into snapshot: any StateSnapshot) {
    sequence.save(into: snapshot)
  }

  /// Returns to a state that was saved.
  package func restore(_ snapshot: any StateSnapshot) {
    windowCount = 0
    sequence.restore(snapshot)
  }

  /// Becomes what another session of the model is, or was before its window in progress.
  package func copyState(of other: MambaSession) {
    windowCount = 0
    sequence.copyState(of: other.sequence)
  }

  /// What sessions that share passes take in memory; nil where it is not known.
  package var memory: SequenceMemory? { sequence.memory }

  private func settle() {
    if windowCount > 0 { rollBack(toFirst: windowCount) }
  }

  /// Consumes windows of several sessions of one model in one pass: as `computeLogits` does those that
  /// may be taken back, as `consume` with logits after the last token the others.
  package static func run(_ windows: [(session: MambaSession, tokens: [Int], isKept: Bool)]) {
    guard let model = windows.first?.session.model else { return }
    for (session, _, _) in windows {
      precondition(session.model === model, "sessions of different models")
      session.settle()
    }
    let all = 0..<model.configuration.vocabularySize
    let segments = ContiguousArray(
      windows.map { window in
        PassSegment(
          window.session.sequence, tokens: window.tokens[...], isRecorded: !window.isKept,
          logits: window.isKept ? .last(rows: all) : .all)
      })
    model.backend.run(segments.span)
    for (session, tokens, isKept) in windows where !isKept { session.windowCount = tokens.count }
  }

  private func run(_ tokens: ArraySlice<Int>, isRecorded: Bool, _ logits: LogitsRequest) {
    for token in tokens { precondition(token >= 0 && token < model.configuration.vocabularySize) }
    let segment = CollectionOfOne(
      PassSegment(sequence, tokens: tokens, isRecorded: isRecorded, logits: logits))
    model.backend.run(segment.span)
  }

  private func checkLogits(row: Int, _ columns: Range<Int>) throws(NonFiniteLogit) {
    if let index = sequence.firstNonFinite(row: row, in: columns) {
      throw NonFiniteLogit(index: index, deviceFailure: sequence.failure)
    }
  }
}
