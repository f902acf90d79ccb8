import Kernels

/// One sequence on the processor: its state and the buffers that its passes compute in.
final class CPUSequence: MambaSequence {
  let windowLimit: Int
  var chunkLimit: Int { workspace.chunkLimit }

  private let backend: CPUBackend
  private let memory: CPUState
  /// The scan states after a recorded window; those before it are kept until it is settled.
  private var scanAhead: FloatBuffer
  private let workspace: MambaWorkspace

  init(backend: CPUBackend, windowLimit: Int) {
    self.backend = backend
    self.windowLimit = windowLimit
    memory = CPUState(backend.configuration)
    scanAhead = FloatBuffer(count: memory.scan.count)
    let members = backend.team.size
    workspace = MambaWorkspace(
      backend.configuration, windowLimit: windowLimit,
      chunkLimit: CPUMemory.chunkLimit(
        of: backend.configuration, windowLimit: windowLimit, members: members),
      members: members)
  }

  /// The pass that consumes a segment of this sequence.
  func pass(of segment: PassSegment) -> ForwardPass {
    ForwardPass(
      backend: backend, tokens: segment.tokens, workspace: workspace, before: memory.buffers,
      after: segment.isRecorded ? memory.buffers.replacingScan(scanAhead) : memory.buffers,
      logits: segment.logits)
  }

  func settle(first count: Int, of window: Int) {
    let isWhole = count == window
    if isWhole { swap(&memory.scan, &scanAhead) }
    backend.team.run(
      ReplayPass(
        backend: backend, workspace: workspace, state: memory.buffers, positions: count,
        replaysScans: !isWhole))
  }

  func withLogits<Result, E: Error>(
    row: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    try workspace.logits.rows(from: row)
      .withSpan(columns: 0..<backend.configuration.vocabularySize, body)
  }

  func firstNonFinite(row: Int, in columns: Range<Int>) -> Int? {
    let rows = workspace.logits.rows(from: row)
    return rows.buffer
      .firstNonFinite(
        in: rows.offset + columns.lowerBound..<rows.offset + columns.upperBound
      )
      .map { columns.lowerBound + $0 }
  }

  func makeSnapshot() -> any StateSnapshot { CPUState(backend.configuration) }

  func save(into snapshot: any StateSnapshot) {
    Self.state(snapshot).copy(from: memory)
  }

  func restore(_ snapshot: any StateSnapshot) {
    memory.copy(from: Self.state(snapshot))
  }

  var state: MambaState {
    get { memory.stored }
    set { memory.stored = newValue }
  }

  private static func state(_ snapshot: any StateSnapshot) -> CPUState {
    guard let state = snapshot as? CPUState else {
      preconditionFailure("a snapshot of another device")
    }
    return state
  }
}
