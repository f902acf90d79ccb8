import Kernels
import Measuring

/// What the command line asks for.
struct MeasuringPlan {
  let shapes: [ModelShape]
  let repetitions: Int
  let jsonPath: String?
  private let types: [WeightType]
  private let kernels: [String]
  private let windows: [Int]
  private let threads: [Int]

  static let options: Set = [
    "--shapes", "--types", "--kernels", "--windows", "--threads", "--repetitions", "--json",
  ]

  /// Enough of 1 to 32 to see the curve, and a prefill's chunk.
  private static let standardWindows = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 256]

  init(_ arguments: Arguments) throws(ArgumentError) {
    if let extra = arguments.positionals.first {
      throw .unknown(name: extra, known: Self.options.sorted())
    }
    shapes = try arguments.choices("--shapes", of: ModelShape.named, name: \.name)
    types = try arguments.choices("--types", of: WeightType.allCases, name: \.rawValue)
    kernels = try arguments.choices(
      "--kernels",
      of: ProductKernel.allCases.map(\.rawValue) + OtherKernel.allCases.map(\.rawValue),
      name: \.self)
    windows = try arguments.integers("--windows", in: 1...1024, default: Self.standardWindows)
    threads = try arguments.integers("--threads", in: 1...WorkerTeam.sizeLimit, default: [1, 2])
    repetitions = try arguments.integer("--repetitions", in: 1...10_000, default: 7)
    jsonPath = arguments.text("--json")
  }

  func cases(of shape: ModelShape) throws(InstructionSetError) -> [KernelCase] {
    let positions = windows.max() ?? 1
    let products = ProductKernel.allCases.filter { kernels.contains($0.rawValue) }
    let others = OtherKernel.allCases.filter { kernels.contains($0.rawValue) }
    let models = products.isEmpty ? [] : types.map { ModelMatrices(shape: shape, type: $0) }
    let state = ScanMemory(shape: shape, positions: positions)
    var cases: [KernelCase] = []
    for threads in threads {
      let team = try WorkerTeam.shared(size: threads)
      let buffers = ActivationBuffers(shape: shape, positions: positions, members: threads)
      func label(_ kernel: String, _ type: String, _ window: Int) -> KernelCase.Label {
        KernelCase.Label(
          shape: shape.name, kernel: kernel, type: type, threads: threads, window: window)
      }
      for window in windows {
        for model in models {
          cases += products.map {
            $0.makeCase(label($0.rawValue, model.type.rawValue, window), model, buffers, team)
          }
        }
        cases += others.filter { threads == 1 || $0.isShared }.map {
          $0.makeCase(label($0.rawValue, "", window), shape, state, buffers, team)
        }
      }
    }
    return cases
  }
}

extension OtherKernel {
  /// Whether a team's members share the work; if not, one thread tells all.
  var isShared: Bool {
    switch self {
    case .scan, .replay, .convolution, .softplus, .barrier: true
    case .norm, .exp, .silu, .quantization: false
    }
  }
}
