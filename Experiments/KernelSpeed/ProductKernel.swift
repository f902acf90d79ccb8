import Kernels
import Measuring

/// The matrix products of a pass: those of one kind, or all as a pass does them.
enum ProductKernel: String, CaseIterable, Sendable {
  /// in_proj, both halves.
  case inProjection = "in_proj"
  /// x_proj.
  case scanProjection = "x_proj"
  /// dt_proj.
  case timeStepProjection = "dt_proj"
  /// out_proj.
  case outProjection = "out_proj"
  /// The output matrix.
  case head
  /// All of them layer by layer, with the barriers that a pass needs between them.
  case all = "products"

  private func matrices(of model: ModelMatrices) -> [PackedMatrix] {
    switch self {
    case .inProjection: model.input + model.gate
    case .scanProjection: model.scan
    case .timeStepProjection: model.timeStep
    case .outProjection: model.output
    case .head: [model.head]
    case .all:
      model.input + model.gate + model.scan + model.timeStep + model.output + [model.head]
    }
  }

  func makeCase(
    _ label: KernelCase.Label, _ model: ModelMatrices, _ buffers: ActivationBuffers,
    _ team: WorkerTeam
  ) -> KernelCase {
    let matrices = matrices(of: model)
    let weights = matrices.reduce(0) { $0 + $1.rows * $1.columns }
    let byteCount = matrices.reduce(0) { $0 + $1.byteCount }
    let window = label.window
    return KernelCase(
      label: label, bytes: Double(byteCount), operations: 2 * Double(weights * window),
      peak: model.type == .int8 ? .int8 : .float, footprint: byteCount,
      run: { team.seconds(of: $0) { apply($0, model, buffers, window) } })
  }

  private func apply(
    _ member: TeamMember, _ model: ModelMatrices, _ buffers: ActivationBuffers, _ window: Int
  ) {
    if self == .head {
      return member.project(model.head, buffers.hidden, positions: window, into: buffers.logits)
    }
    for layer in model.input.indices {
      if self == .inProjection || self == .all {
        member.project(model.input[layer], buffers.hidden, positions: window, into: buffers.input)
        member.project(model.gate[layer], buffers.hidden, positions: window, into: buffers.gate)
      }
      if self == .all { member.barrier() }
      if self == .scanProjection || self == .all {
        member.project(
          model.scan[layer], buffers.convolved, positions: window, into: buffers.scanRows)
      }
      if self == .all { member.barrier() }
      if self == .timeStepProjection || self == .all {
        member.project(
          model.timeStep[layer], buffers.scanRows, positions: window, into: buffers.timeStep)
      }
      if self == .all { member.barrier() }
      if self == .outProjection || self == .all {
        member.project(
          model.output[layer], buffers.scanned, positions: window, into: buffers.normed[0])
      }
      if self == .all { member.barrier() }
    }
    if self == .all {
      member.project(model.head, buffers.hidden, positions: window, into: buffers.logits)
    }
  }
}
