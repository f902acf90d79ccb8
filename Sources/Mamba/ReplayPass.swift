import Kernels

/// Brings a state from the start of a recorded window to one of its positions: the scans alone,
/// and the convolutions' last inputs; no matrix product.
struct ReplayPass: TeamPass {
  let model: MambaModel
  let workspace: MambaWorkspace
  let state: StateMemory
  let positions: Int
  /// False when the scan states after the position are at hand.
  let replaysScans: Bool

  func run(_ member: TeamMember) {
    let configuration = model.configuration
    for (index, layer) in model.weights.layers.enumerated() {
      let buffers = workspace.buffers(layer: index, isRecorded: true)
      member.advanceTail(
        state.tailRows(layer: index), past: buffers.value.input, positions: positions,
        width: configuration.convolutionWidth, channels: configuration.paddedInnerSize)
      guard replaysScans else { continue }
      let rows = state.scanRows(layer: index)
      member.scan(
        layer.value.scan, from: rows, to: rows, buffers.value.scanInputs, output: nil,
        positions: positions)
    }
  }
}
