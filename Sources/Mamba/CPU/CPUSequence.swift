import Kernels

/// One sequence on the processor: its state, and the buffers of its own passes.
final class CPUSequence: MambaSequence {
  let windowLimit: Int
  let chunkLimit: Int

  private let backend: CPUBackend
  private let current: CPUState
  /// The scan states after a recorded window; those before it are kept until it is settled.
  private var scanAhead: FloatBuffer
  /// For passes of this sequence alone.
  private let consuming: MambaWorkspace
  private let recording: MambaWorkspace
  /// For passes of this sequence and others, as large as they needed.
  private var shared: MambaWorkspace?
  /// Where the last pass had its window and its logits.
  private var last: (workspace: MambaWorkspace, row: Int, logitRow: Int)

  init(backend: CPUBackend, windowLimit: Int) {
    self.backend = backend
    self.windowLimit = windowLimit
    current = CPUState(backend.configuration)
    scanAhead = FloatBuffer(count: current.scan.count)
    chunkLimit = CPUMemory.chunkLimit(
      of: backend.configuration, windowLimit: windowLimit, members: backend.team.size)
    recording = backend.makeWorkspace(
      rowLimit: windowLimit, logitLimit: windowLimit, isRecording: true)
    consuming = backend.makeWorkspace(rowLimit: chunkLimit, logitLimit: 1, isRecording: false)
    last = (recording, 0, 0)
  }

  /// The buffers for a pass of this sequence alone.
  func workspace(isRecorded: Bool) -> MambaWorkspace { isRecorded ? recording : consuming }

  var hasSharedWorkspace: Bool { shared != nil }

  /// The buffers for a pass of this sequence and others.
  func sharedWorkspace(rows: Int, logits: Int, isRecording: Bool) -> MambaWorkspace {
    if let shared, shared.rowLimit >= rows, shared.logitLimit >= logits,
      shared.isRecording || !isRecording
    {
      return shared
    }
    let workspace = backend.makeWorkspace(
      rowLimit: rows, logitLimit: max(logits, 1), isRecording: isRecording)
    shared = workspace
    return workspace
  }

  /// This sequence's part of a pass, after the rows of the parts before it: its tokens are embedded.
  func part(
    of segment: PassSegment, row: Int, logitRow: Int, in workspace: MambaWorkspace
  ) -> PassPart {
    last = (workspace, row, logitRow)
    let panels: Range<Int> =
      switch segment.logits {
      case .none: 0..<0
      case .all: 0..<paddedCount(backend.configuration.vocabularySize) / laneCount
      case .last(let rows):
        rows.lowerBound / laneCount..<(rows.upperBound + laneCount - 1) / laneCount
      }
    backend.embed(segment.tokens, into: workspace.hidden.rows(from: row))
    return PassPart(
      rows: row..<row + segment.tokens.count,
      logitRows: logitRow..<logitRow + segment.logitCount, logitPanels: panels,
      isRecorded: segment.isRecorded, before: current.memory(),
      after: current.memory(scan: segment.isRecorded ? scanAhead : nil))
  }

  func settle(first count: Int, of window: Int) {
    let isWhole = count == window
    if isWhole { swap(&current.scan, &scanAhead) }
    backend.run(
      ReplayPass(
        backend: backend, workspace: last.workspace, state: current.memory(), start: last.row,
        positions: count, replaysScans: !isWhole),
      rows: count)
  }

  func withLogits<Result, E: Error>(
    row: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    try last.workspace.logits.rows(from: last.logitRow + row).withSpan(
      columns: 0..<backend.configuration.vocabularySize, body)
  }

  func firstNonFinite(row: Int, in columns: Range<Int>) -> Int? {
    last.workspace.logits.rows(from: last.logitRow + row).firstNonFinite(in: columns)
  }

  func makeSnapshot() -> any StateSnapshot { CPUState(backend.configuration) }

  func save(into snapshot: any StateSnapshot) {
    Self.state(snapshot).copy(from: current)
  }

  func restore(_ snapshot: any StateSnapshot) {
    current.copy(from: Self.state(snapshot))
  }

  func copyState(of other: any MambaSequence) {
    guard let other = other as? CPUSequence else {
      preconditionFailure("a sequence of another device")
    }
    current.copy(from: other.current)
  }

  var memory: SequenceMemory? {
    let (configuration, members) = (backend.configuration, backend.team.size)
    return SequenceMemory(
      states: 2 * configuration.packedStateByteCount,
      chunk: MambaWorkspace.byteCount(
        of: configuration, rowLimit: chunkLimit, logitLimit: 1, isRecording: false,
        members: members),
      position: MambaWorkspace.byteCount(
        of: configuration, rowLimit: 1, logitLimit: 1, isRecording: true, members: members))
  }

  var state: MambaState {
    get { current.stored }
    set { current.stored = newValue }
  }

  private static func state(_ snapshot: any StateSnapshot) -> CPUState {
    guard let state = snapshot as? CPUState else {
      preconditionFailure("a snapshot of another device")
    }
    return state
  }
}
