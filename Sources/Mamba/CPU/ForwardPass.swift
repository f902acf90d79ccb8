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
    forEachPart { part in embed(part, member) }
    member.barrier()
    for (index, layer) in backend.weights.layers.enumerated() {
      run(layer, index, member)
    }
    computeLogits(member)
  }

  private func forEachPart(_ body: (PassPart) -> Void) {
    body(first)
    for part in others { body(part) }
  }

  private func embed(_ part: PassPart, _ member: TeamMember) {
    for position in member.share(of: 0..<part.tokens.count) {
      backend.weights.embedding.unpackRow(
        part.tokens[part.tokens.startIndex + position],
        into: workspace.hidden.rows(from: part.rows.lowerBound + position))
    }
  }

  private func run(_ layer: Reference<MambaLayer>, _ index: Int, _ member: TeamMember) {
    let buffers = workspace.buffers(layer: index)
    projectInput(layer, buffers, member)
    forEachPart { part in convolve(part, layer, index, buffers, member) }
    member.barrier()
    member.project(
      layer.value.scanProjection, buffers.value.convolved, positions: rowCount,
      into: buffers.value.scanRows, next: layer.value.timeStepProjection)
    member.barrier()
    member.project(
      layer.value.timeStepProjection, buffers.value.scanRows, positions: rowCount,
      into: buffers.value.timeStep, next: layer.value.outputProjection)
    member.softplus(
      buffers.value.timeStep, channels: configuration.paddedInnerSize, positions: rowCount)
    forEachPart { part in scan(part, layer, index, buffers, member) }
    member.barrier()
    member.project(
      layer.value.outputProjection, workspace.scanned, positions: rowCount,
      into: workspace.hidden, accumulating: true, next: matrix(afterLayer: index))
    member.barrier()
  }

  private func projectInput(
    _ layer: Reference<MambaLayer>, _ buffers: Reference<LayerBuffers>, _ member: TeamMember
  ) {
    let normed = workspace.normed(of: member.index)
    member.norm(
      workspace.hidden, layer.value.norm, epsilon: configuration.normEpsilon,
      width: configuration.hiddenSize, positions: rowCount, into: normed)
    member.project(
      layer.value.inputProjection, into: buffers.value.input, layer.value.gateProjection,
      into: workspace.gate, normed, positions: rowCount, next: layer.value.scanProjection)
  }

  private func convolve(
    _ part: PassPart, _ layer: Reference<MambaLayer>, _ index: Int,
    _ buffers: Reference<LayerBuffers>, _ member: TeamMember
  ) {
    let tail = part.before.tailRows(layer: index)
    let input = buffers.value.input.rows(from: part.rows.lowerBound)
    member.convolve(
      layer.value.convolution, tail: tail, input, positions: part.rows.count,
      into: buffers.value.convolved.rows(from: part.rows.lowerBound))
    guard !part.isRecorded else { return }
    member.advanceTail(
      tail, past: input, positions: part.rows.count,
      width: configuration.convolutionWidth, channels: configuration.paddedInnerSize)
  }

  private func scan(
    _ part: PassPart, _ layer: Reference<MambaLayer>, _ index: Int,
    _ buffers: Reference<LayerBuffers>, _ member: TeamMember
  ) {
    let start = part.rows.lowerBound
    member.scan(
      layer.value.scan, from: part.before.scanRows(layer: index),
      to: part.after.scanRows(layer: index), buffers.value.scanInputs(from: start),
      output: ScanOutput(
        outputMatrix: buffers.value.outputMatrix.rows(from: start),
        gate: workspace.gate.rows(from: start), skip: layer.value.skip,
        y: workspace.scanned.rows(from: start)),
      positions: part.rows.count, next: layer.value.outputProjection)
  }

  private func matrix(afterLayer index: Int) -> PackedMatrix {
    let layers = backend.weights.layers
    return index + 1 < layers.count
      ? layers[index + 1].value.inputProjection : backend.weights.head
  }

  private func computeLogits(_ member: TeamMember) {
    guard logitCount > 0 else { return }
    let normed = workspace.normed(of: member.index)
    forEachPart { part in
      guard !part.logitRows.isEmpty else { return }
      member.norm(
        workspace.hidden.rows(from: part.rows.upperBound - part.logitRows.count),
        backend.weights.finalNorm, epsilon: configuration.normEpsilon,
        width: configuration.hiddenSize, positions: part.logitRows.count,
        into: normed.rows(from: part.logitRows.lowerBound))
    }
    member.project(
      backend.weights.head, normed, positions: logitCount, into: workspace.logits,
      panels: logitPanels)
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

/// One sequence's part of a pass.
struct PassPart: Sendable {
  let tokens: ArraySlice<Int>
  /// Its rows in the pass.
  let rows: Range<Int>
  /// Its rows of logits; the last of its positions.
  let logitRows: Range<Int>
  /// The panels of the head that it needs.
  let logitPanels: Range<Int>
  /// Read; written too when `after` is the same.
  let before: StateMemory
  /// Receives the scan states after the window.
  let after: StateMemory

  /// A window that may be rolled back keeps the state before it.
  var isRecorded: Bool { before.scan !== after.scan }
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
        state.tailRows(layer: index), past: buffers.value.input.rows(from: start),
        positions: positions,
        width: configuration.convolutionWidth, channels: configuration.paddedInnerSize)
      guard replaysScans else { continue }
      let rows = state.scanRows(layer: index)
      member.scan(
        layer.value.scan, from: rows, to: rows, buffers.value.scanInputs(from: start), output: nil,
        positions: positions)
    }
  }
}
