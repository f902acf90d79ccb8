import Kernels

/// One pass of the model over a window of tokens: the same for one position or many, for plain
/// decoding, verification and prefill.
///
/// Member by member, between barriers: norm and input projections; convolution; the projection to
/// step size, B and C; step size and scan; output projection, added to the residual stream.
struct ForwardPass: TeamPass {
  let model: MambaModel
  let tokens: ArraySlice<Int>
  let workspace: MambaWorkspace
  /// Read; written too when `after` is the same.
  let before: StateMemory
  /// Receives the scan states after the window.
  let after: StateMemory
  let logits: LogitsRequest

  /// A window that may be rolled back keeps the state before it and records every layer.
  private var isRecorded: Bool { before.scan !== after.scan }
  private var configuration: MambaConfiguration { model.configuration }

  func run(_ member: TeamMember) {
    embed(member)
    member.barrier()
    for (index, layer) in model.weights.layers.enumerated() {
      run(layer, index, member)
    }
    computeLogits(member)
  }

  private func embed(_ member: TeamMember) {
    for position in member.share(of: 0..<tokens.count) {
      model.weights.embedding.unpackRow(
        tokens[tokens.startIndex + position], into: workspace.hidden.rows(from: position))
    }
  }

  private func run(_ layer: Reference<MambaLayer>, _ index: Int, _ member: TeamMember) {
    let buffers = workspace.buffers(layer: index, isRecorded: isRecorded)
    projectInput(layer, buffers, member)
    convolve(layer, index, buffers, member)
    member.barrier()
    member.project(
      layer.value.scanProjection, buffers.value.convolved, positions: tokens.count,
      into: buffers.value.scanRows, next: layer.value.timeStepProjection)
    member.barrier()
    scan(layer, index, buffers, member)
    member.barrier()
    member.project(
      layer.value.outputProjection, workspace.scanned, positions: tokens.count,
      into: workspace.hidden, accumulating: true, next: matrix(afterLayer: index))
    member.barrier()
  }

  private func projectInput(
    _ layer: Reference<MambaLayer>, _ buffers: Reference<LayerBuffers>, _ member: TeamMember
  ) {
    let normed = workspace.normed(of: member.index)
    member.norm(
      workspace.hidden, layer.value.norm, epsilon: configuration.normEpsilon,
      width: configuration.hiddenSize, positions: tokens.count, into: normed)
    member.project(
      layer.value.inputProjection, into: buffers.value.input, layer.value.gateProjection,
      into: workspace.gate, normed, positions: tokens.count, next: layer.value.scanProjection)
  }

  private func convolve(
    _ layer: Reference<MambaLayer>, _ index: Int, _ buffers: Reference<LayerBuffers>,
    _ member: TeamMember
  ) {
    let tail = before.tailRows(layer: index)
    member.convolve(
      layer.value.convolution, tail: tail, buffers.value.input, positions: tokens.count,
      into: buffers.value.convolved)
    guard !isRecorded else { return }
    member.advanceTail(
      tail, past: buffers.value.input, positions: tokens.count,
      width: configuration.convolutionWidth, channels: configuration.paddedInnerSize)
  }

  private func scan(
    _ layer: Reference<MambaLayer>, _ index: Int, _ buffers: Reference<LayerBuffers>,
    _ member: TeamMember
  ) {
    member.project(
      layer.value.timeStepProjection, buffers.value.scanRows, positions: tokens.count,
      into: buffers.value.timeStep, next: layer.value.outputProjection)
    member.softplus(
      buffers.value.timeStep, channels: configuration.paddedInnerSize, positions: tokens.count)
    member.scan(
      layer.value.scan, from: before.scanRows(layer: index), to: after.scanRows(layer: index),
      buffers.value.scanInputs,
      output: ScanOutput(
        outputMatrix: buffers.value.outputMatrix, gate: workspace.gate, skip: layer.value.skip,
        y: workspace.scanned),
      positions: tokens.count, next: layer.value.outputProjection)
  }

  private func matrix(afterLayer index: Int) -> PackedMatrix {
    let layers = model.weights.layers
    return index + 1 < layers.count
      ? layers[index + 1].value.inputProjection : model.weights.head
  }

  private func computeLogits(_ member: TeamMember) {
    guard
      let (positions, rows) = logits.resolved(
        positions: tokens.count, rows: configuration.vocabularySize)
    else { return }
    let normed = workspace.normed(of: member.index)
    member.norm(
      workspace.hidden.rows(from: positions.lowerBound), model.weights.finalNorm,
      epsilon: configuration.normEpsilon, width: configuration.hiddenSize,
      positions: positions.count, into: normed)
    let panels = rows.lowerBound / laneCount..<(rows.upperBound + laneCount - 1) / laneCount
    member.project(
      model.weights.head, normed, positions: positions.count, into: workspace.logits,
      panels: panels)
  }
}

/// Which logits a pass computes.
enum LogitsRequest: Sendable {
  /// None.
  case none
  /// After every position.
  case all
  /// After the last position, of a range of the vocabulary.
  case last(rows: Range<Int>)

  func resolved(positions: Int, rows: Int) -> (positions: Range<Int>, rows: Range<Int>)? {
    switch self {
    case .none: nil
    case .all: (0..<positions, 0..<rows)
    case .last(let rows): (positions - 1..<positions, rows)
    }
  }
}
