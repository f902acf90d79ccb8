package import Kernels

/// A model with a state: consumes tokens, gives logits, and takes tokens back.
///
/// This is the only way to compute with a model, so another backend has this much to provide.
/// A session is used by one thread at a time and must not be copied to use both copies.
package struct MambaSession {
  /// The model.
  package let model: MambaModel

  /// The most tokens of a window that can be taken back.
  package let windowLimit: Int

  private var state: MambaState
  /// The scan states after the window in progress; those before it stay until it is settled.
  private var scanAhead: FloatBuffer
  private let workspace: MambaWorkspace
  private var windowCount = 0

  /// A session that has consumed nothing.
  ///
  /// - Parameter windowLimit: at least 1.
  package init(model: MambaModel, windowLimit: Int = Self.defaultWindowLimit) {
    self.model = model
    self.windowLimit = windowLimit
    state = MambaState(model.configuration)
    scanAhead = FloatBuffer(count: state.memory.scan.count)
    workspace = MambaWorkspace(
      model.configuration, windowLimit: windowLimit,
      chunkLimit: Self.chunkLimit(
        of: model.configuration, windowLimit: windowLimit, members: model.team.size),
      members: model.team.size)
  }

  /// The window that a verifier needs for its longest draft.
  package static let defaultWindowLimit = 33

  /// Memory that a session takes, in bytes.
  static func byteCount(
    of configuration: MambaConfiguration, windowLimit: Int, members: Int
  ) -> Int {
    let chunkLimit = chunkLimit(of: configuration, windowLimit: windowLimit, members: members)
    return 2 * configuration.stateByteCount
      + MambaWorkspace.byteCount(
        of: configuration, windowLimit: windowLimit, chunkLimit: chunkLimit, members: members)
  }

  /// As many positions of a pass as fit 32 MiB of buffers: results do not depend on it.
  private static func chunkLimit(
    of configuration: MambaConfiguration, windowLimit: Int, members: Int
  ) -> Int {
    let floats =
      configuration.paddedHiddenSize * (1 + members) + configuration.paddedInnerSize * 5
      + configuration.paddedScanRows
    return min(max((32 << 20) / (4 * floats), windowLimit), 256)
  }

  /// Consumes tokens without logits, or with those after the last one.
  package mutating func consume(
    _ tokens: ArraySlice<Int>, logits rows: Range<Int>? = nil
  ) throws(NonFiniteLogit) {
    settle()
    var rest = tokens
    while !rest.isEmpty {
      let chunk = rest.prefix(workspace.chunkLimit)
      rest = rest.dropFirst(chunk.count)
      let isLast = rest.isEmpty
      let memory = state.uniqueMemory()
      let request: LogitsRequest = if isLast, let rows { .last(rows: rows) } else { .none }
      run(chunk, from: memory, scanTo: memory.scan, request)
    }
    if let rows, !tokens.isEmpty { try checkLogits(row: 0, rows) }
  }

  /// Consumes a window, keeps the logits after each of its tokens and looks at all of them.
  ///
  /// - Parameter window: 1 to `windowLimit` tokens.
  /// - Throws: `NonFiniteLogit`.
  package mutating func verify(_ window: [Int]) throws(NonFiniteLogit) {
    computeLogits(of: window)
    for row in window.indices { try checkLogits(after: row) }
  }

  /// Consumes a window and keeps the logits after each of its tokens; who uses some of them checks
  /// those. `rollBack` must follow before anything else is consumed, or all of the window stands.
  ///
  /// - Parameter window: 1 to `windowLimit` tokens.
  package mutating func computeLogits(of window: [Int]) {
    precondition(!window.isEmpty && window.count <= windowLimit)
    settle()
    FloatBuffer.makeUnique(&scanAhead, copying: false)
    let memory = state.memory
    run(window[...], from: memory, scanTo: scanAhead, .all)
    windowCount = window.count
  }

  /// Takes back all but the first `count` tokens of the last window.
  ///
  /// - Complexity: a replay of the scans over `count` positions; none when the window stands.
  package mutating func rollBack(toFirst count: Int) {
    precondition(count >= 0 && count <= windowCount)
    let isWhole = count == windowCount
    windowCount = 0
    guard count > 0 else { return }
    if isWhole { state.exchangeScan(with: &scanAhead) }
    let replay = ReplayPass(
      model: model, workspace: workspace, state: state.uniqueMemory(), positions: count,
      replaysScans: !isWhole)
    model.team.run(replay)
  }

  /// Copies logits that follow token `index` of the last window, or 0 after `consume`.
  ///
  /// - Parameter logits: overwritten from its start by vocabulary entries `offset` and on.
  package func copyLogits(after index: Int, from offset: Int = 0, into logits: inout [Float]) {
    workspace.logits.rows(from: index).columns(from: offset).copy(into: &logits)
  }

  /// Looks at the logits that follow token `index` of the last window.
  ///
  /// - Throws: `NonFiniteLogit`.
  package func checkLogits(after index: Int) throws(NonFiniteLogit) {
    try checkLogits(row: index, 0..<model.configuration.vocabularySize)
  }

  /// The state after what was consumed; of a window in progress, before it.
  package var snapshot: MambaState {
    state
  }

  /// Copies the state into a value, reusing its memory.
  package func save(into snapshot: inout MambaState) {
    snapshot.assign(state)
  }

  /// Returns to a state that was saved.
  package mutating func restore(_ snapshot: MambaState) {
    windowCount = 0
    state.assign(snapshot)
  }

  /// The buffer and row that logits lie in, for kernels that read them in place.
  package func logitRow(after index: Int) -> FloatRows { workspace.logits.rows(from: index) }

  private mutating func settle() {
    if windowCount > 0 { rollBack(toFirst: windowCount) }
  }

  private func run(
    _ tokens: ArraySlice<Int>, from memory: StateMemory, scanTo scan: FloatBuffer,
    _ logits: LogitsRequest
  ) {
    for token in tokens { precondition(token >= 0 && token < model.configuration.vocabularySize) }
    let pass = ForwardPass(
      model: model, tokens: tokens, workspace: workspace, before: memory,
      after: memory.replacingScan(scan),
      logits: logits)
    model.team.run(pass)
  }

  private func checkLogits(row: Int, _ range: Range<Int>) throws(NonFiniteLogit) {
    let rows = workspace.logits.rows(from: row)
    let found = rows.buffer.firstNonFinite(
      in: rows.offset + range.lowerBound..<rows.offset + range.upperBound)
    if let found { throw NonFiniteLogit(index: range.lowerBound + found) }
  }
}
