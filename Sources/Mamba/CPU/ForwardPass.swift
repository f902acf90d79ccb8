import Kernels

/// One pass of the model over the windows of some sequences: the same for one position or many, for
/// plain decoding, verification and prefill.
///
/// Member by member, between barriers: norm and input projections; convolution; the projection to
/// step size, B and C; step size and scan; output projection, added to the residual stream. The
/// products read each weight once for all rows; convolution and scan go sequence by sequence.
struct ForwardPass: TeamPass {
  let backend: CPUBackend
  let workspace: MambaWorkspace
  /// The first sequence's part; those of others apart, so that one sequence needs no array.
  let first: PassPart
  let others: [PassPart]

  /// Rows of all parts.
  private var rowCount: Int { (others.last ?? first).rows.upperBound }
  private var logitCount: Int { (others.last ?? first).logitRows.upperBound }
  private var configuration: MambaConfiguration { backend.configuration }

  func run(_ member: TeamMember) {
    for (index, layer) in backend.weights.layers.enumerated() {
      run(layer, index, member)
    }
    computeLogits(member)
  }

  private func forEachPart(_ body: (PassPart) -> Void) {
    body(first)
    for part in others { body(part) }
  }

  private func run(_ layer: MambaLayer, _ index: Int, _ member: TeamMember) {
    let buffers = workspace.buffers(layer: index)
    projectInput(layer, buffers, member)
    forEachPart { part in convolve(part, layer, index, buffers, member) }
    member.barrier()
    member.project(
      layer.scanProjection, buffers.convolved, positions: rowCount,
      into: buffers.scanRows, sharing: workspace.quantized, next: layer.timeStepProjection)
    member.barrier()
    member.project(
      layer.timeStepProjection, buffers.scanRows, positions: rowCount,
      into: buffers.timeStep, next: layer.outputProjection)
    member.softplus(
      buffers.timeStep, channels: configuration.paddedInnerSize, positions: rowCount)
    var part = first
    for following in others {
      scan(part, layer, index, buffers, member, before: following)
      part = following
    }
    scan(part, layer, index, buffers, member)
    member.barrier()
    member.project(
      layer.outputProjection, workspace.scanned, positions: rowCount,
      into: workspace.hidden, accumulating: true, sharing: workspace.quantized,
      next: matrix(afterLayer: index))
    member.barrier()
  }

  private func projectInput(
    _ layer: MambaLayer, _ buffers: LayerBuffers, _ member: TeamMember
  ) {
    let normed = workspace.normed(of: member.index)
    let rows = member.positionsToQuantize(rowCount, for: layer.inputProjection)
    member.norm(
      workspace.hidden.rows(from: rows.lowerBound), layer.norm,
      epsilon: configuration.normEpsilon, width: configuration.hiddenSize,
      positions: rows.count, into: normed.rows(from: rows.lowerBound))
    member.project(
      layer.inputProjection, into: buffers.input, layer.gateProjection,
      into: workspace.gate, normed, positions: rowCount, sharing: workspace.quantized,
      next: layer.scanProjection)
  }

  private func convolve(
    _ part: PassPart, _ layer: MambaLayer, _ index: Int,
    _ buffers: LayerBuffers, _ member: TeamMember
  ) {
    let tail = part.before.tailRows(layer: index)
    let input = buffers.input.rows(from: part.rows.lowerBound)
    member.convolve(
      layer.convolution, tail: tail, input, positions: part.rows.count,
      into: buffers.convolved.rows(from: part.rows.lowerBound))
    guard !part.isRecorded else { return }
    member.advanceTail(
      tail, past: input, positions: part.rows.count,
      width: configuration.convolutionWidth, channels: configuration.paddedInnerSize)
  }

  /// The state of the part that follows, which is in no near cache, is fetched meanwhile.
  private func scan(
    _ part: PassPart, _ layer: MambaLayer, _ index: Int,
    _ buffers: LayerBuffers, _ member: TeamMember, before following: PassPart? = nil
  ) {
    let start = part.rows.lowerBound
    member.scan(
      layer.scan, from: part.before.scanRows(layer: index),
      to: part.after.scanRows(layer: index), buffers.scanInputs(from: start),
      output: ScanOutput(
        outputMatrix: buffers.outputMatrix.rows(from: start),
        gate: workspace.gate.rows(from: start),
        y: workspace.scanned.rows(from: start)),
      positions: part.rows.count, next: layer.outputProjection,
      nextState: following?.before.scanRows(layer: index))
  }

  private func matrix(afterLayer index: Int) -> PackedMatrix {
    let layers = backend.weights.layers
    return index + 1 < layers.count
      ? layers[index + 1].inputProjection : backend.weights.head
  }

  private func computeLogits(_ member: TeamMember) {
    guard logitCount > 0 else { return }
    let normed = workspace.normed(of: member.index)
    let own = member.positionsToQuantize(logitCount, for: backend.weights.head)
    forEachPart { part in
      let rows = part.logitRows.clamped(to: own)
      guard !rows.isEmpty else { return }
      member.norm(
        workspace.hidden.rows(
          from: part.rows.upperBound - part.logitRows.upperBound + rows.lowerBound),
        backend.weights.finalNorm, epsilon: configuration.normEpsilon,
        width: configuration.hiddenSize, positions: rows.count,
        into: normed.rows(from: rows.lowerBound))
    }
    member.project(
      backend.weights.head, normed, positions: logitCount, into: workspace.logits,
      panels: logitPanels, sharing: workspace.quantized)
  }

  /// The panels that hold what any part asks for.
  private var logitPanels: Range<Int> {
    var panels = first.logitPanels
    for part in others where !part.logitPanels.isEmpty {
      panels =
        panels.isEmpty
        ? part.logitPanels
        : min(
          panels.lowerBound, part.logitPanels.lowerBound)..<max(
            panels.upperBound, part.logitPanels.upperBound)
    }
    return panels
  }
}

/// One sequence's part of a pass, whose embeddings are in its rows already: numbers and views alone,
/// which members copy without a reference to count.
struct PassPart: Sendable {
  /// Its rows in the pass.
  let rows: Range<Int>
  /// Its rows of logits; the last of its positions.
  let logitRows: Range<Int>
  /// The panels of the head that it needs.
  let logitPanels: Range<Int>
  /// A window that may be rolled back keeps the state before it.
  let isRecorded: Bool
  /// Read; written too when it is not recorded.
  let before: StateMemory
  /// Receives the scan states after the window.
  let after: StateMemory
}

/// Brings a state from the start of a recorded window to one of its positions: the scans alone,
/// and the convolutions' last inputs; no matrix product.
struct ReplayPass: TeamPass {
  let backend: CPUBackend
  let workspace: MambaWorkspace
  let state: StateMemory
  /// Where the window lies in the pass that recorded it.
  let start: Int
  let positions: Int
  /// False when the scan states after the position are at hand.
  let replaysScans: Bool

  func run(_ member: TeamMember) {
    let configuration = backend.configuration
    for (index, layer) in backend.weights.layers.enumerated() {
      let buffers = workspace.buffers(layer: index)
      member.advanceTail(
        state.tailRows(layer: index), past: buffers.input.rows(from: start),
        positions: positions,
        width: configuration.convolutionWidth, channels: configuration.paddedInnerSize)
      guard replaysScans else { continue }
      let rows = state.scanRows(layer: index)
      member.scan(
        layer.scan, from: rows, to: rows, buffers.scanInputs(from: start), output: nil,
        positions: positions)
    }
  }
}
