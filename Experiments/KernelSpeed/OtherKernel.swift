import Kernels
import Measuring

/// The kernels that are no matrix product, over all layers of a model.
enum OtherKernel: String, CaseIterable, Sendable {
  case scan, replay, convolution, norm, softplus, exp, silu
  /// Eight-bit activations of one product's input, with the product of one panel of 16 rows: they
  /// are made within a product only.
  case quantization = "quantise"
  /// Waiting for each other, once a layer.
  case barrier

  /// Floating-point instructions an element, counted in the reference loops; a division is one.
  private var instructions: Int {
    let exp = 11
    let silu = exp + 2
    switch self {
    case .scan: return exp + 4
    case .replay: return exp + 3
    case .convolution: return 4 + silu
    case .norm: return 3
    case .softplus: return exp + 10
    case .exp: return exp
    case .silu: return silu
    case .quantization: return 4
    case .barrier: return 0
    }
  }

  func makeCase(
    _ label: KernelCase.Label, _ shape: ModelShape, _ state: ScanMemory,
    _ buffers: ActivationBuffers, _ team: WorkerTeam
  ) -> KernelCase {
    let window = label.window
    let size = size(of: shape, window: window)
    let run: @Sendable (Int) -> Double
    switch self {
    case .exp, .silu:
      let values = [Float](repeating: -1.5, count: size.elements)
      let set = team.instructionSet
      run = { count in
        Stopwatch.seconds {
          for _ in 0..<count { _ = self == .exp ? set.exp(values) : set.silu(values) }
        }
      }
    default:
      run = { team.seconds(of: $0) { apply($0, shape, state, buffers, window) } }
    }
    return KernelCase(
      label: label, bytes: Double(size.bytes),
      operations: 2 * Double(size.elements * instructions), peak: .float,
      footprint: size.bytes, run: run)
  }

  /// Elements that the instructions are counted for, and bytes read or written.
  private func size(of shape: ModelShape, window: Int) -> (elements: Int, bytes: Int) {
    let layers = shape.layerCount
    let rows = layers * window
    let inner = shape.innerSize
    switch self {
    case .scan:
      // Decay, state before and after; x, dt, z and y.
      return (
        rows * inner * shape.stateSize,
        4 * inner * (3 * layers * shape.stateSize + 4 * window)
      )
    case .replay:
      return (
        rows * inner * shape.stateSize,
        4 * inner * (3 * layers * shape.stateSize + 2 * window)
      )
    case .convolution: return (rows * inner, 4 * inner * 2 * rows)
    case .norm, .quantization: return (rows * shape.hiddenSize, 4 * shape.hiddenSize * rows)
    case .softplus, .exp, .silu: return (rows * inner, 4 * inner * 2 * rows)
    case .barrier: return (0, 0)
    }
  }

  private func apply(
    _ member: TeamMember, _ shape: ModelShape, _ state: ScanMemory, _ buffers: ActivationBuffers,
    _ window: Int
  ) {
    for layer in 0..<shape.layerCount {
      switch self {
      case .scan, .replay:
        member.scan(
          state.parameters[layer], from: state.before(layer), to: state.after(layer),
          state.inputs(buffers, shape),
          output: self == .scan ? state.output(buffers, shape) : nil, positions: window)
      case .convolution:
        member.convolve(
          state.convolution, tail: state.tail, buffers.input, positions: window,
          into: buffers.convolved)
      case .norm:
        member.rmsNorm(
          buffers.hidden, weight: state.normWeight, epsilon: 1e-5, width: shape.hiddenSize,
          positions: window, into: buffers.normed[member.index])
      case .softplus:
        member.softplus(state.steps(buffers), channels: shape.innerSize, positions: window)
      case .quantization:
        // One panel goes to one member, and the others have nothing to quantise.
        member.project(
          state.panel, buffers.hidden, positions: window, into: buffers.scanned)
      case .barrier: member.barrier()
      case .exp, .silu: break
      }
    }
  }
}
