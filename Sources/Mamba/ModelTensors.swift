package import Checkpoint
package import Kernels

/// The tensors of a checkpoint as every device wants them: checked, and computed from in one way, so
/// that no device has other numbers. How they are laid out is each device's own.
package struct ModelTensors {
  private static let log2E: Float = 0x1.715476p+0

  package let checkpoint: CheckpointDirectory

  /// Which bits the activations of each int8 matrix have.
  package let activations: ActivationWidths

  private let configuration: MambaConfiguration
  /// For exp alone, which has the same bits on all of them.
  private let instructionSet: InstructionSet

  /// - Parameter configuration: that of the checkpoint.
  package init(
    of checkpoint: CheckpointDirectory, configuration: MambaConfiguration,
    instructionSet: InstructionSet = .best
  ) throws(CheckpointError) {
    self.checkpoint = checkpoint
    self.configuration = configuration
    self.instructionSet = instructionSet
    activations = try ActivationWidths(of: checkpoint)
  }

  /// A tensor as f32.
  package func vector(_ name: String, shape: [Int]) throws(CheckpointError) -> [Float] {
    let tensor = try checkpoint.tensor(named: name)
    try tensor.requireShape(shape)
    return try checkpoint.floats(tensor)
  }

  /// A matrix, and the type of its weights.
  package func matrix(
    _ name: String, shape: [Int]
  ) throws(CheckpointError) -> (tensor: TensorDescription, type: WeightType) {
    let tensor = try checkpoint.tensor(named: name)
    try tensor.requireShape(shape)
    let type = try weightType(of: tensor)
    guard type != .int8 || shape[1] <= PackedMatrix.int8ColumnLimit else {
      throw .unsupportedType(
        file: tensor.file, tensor: name, found: "I8 with \(shape[1]) columns",
        expected: "at most \(PackedMatrix.int8ColumnLimit) columns, or another type")
    }
    return (tensor, type)
  }

  /// conv1d.weight [channels, 1, width] as [width][padded channels].
  package func convolution(_ name: String) throws(CheckpointError) -> [Float] {
    let (channels, width) = (configuration.innerSize, configuration.convolutionWidth)
    let padded = paddedCount(channels)
    let values = try vector(name, shape: [channels, 1, width])
    var weight = [Float](repeating: 0, count: width * padded)
    for channel in 0..<channels {
      for tap in 0..<width { weight[tap * padded + channel] = values[channel * width + tap] }
    }
    return weight
  }

  /// A_log as A / ln 2, A = -exp(A_log): [channels][state].
  package func decayRates(_ name: String) throws(CheckpointError) -> [Float] {
    var rates = instructionSet.exp(
      try vector(name, shape: [configuration.innerSize, configuration.stateSize]))
    if let overflow = rates.firstIndex(where: { !$0.isFinite }) {
      let tensor = try checkpoint.tensor(named: name)
      throw .notFinite(file: tensor.file, tensor: "exp(\(name))", element: overflow)
    }
    // The products round: the host program's mode must not show in the weights.
    FloatingPointMode.withDefault {
      for index in rates.indices { rates[index] = -rates[index] * Self.log2E }
    }
    return rates
  }

  private func weightType(of tensor: TensorDescription) throws(CheckpointError) -> WeightType {
    switch tensor.type {
    case .f32: return .float32
    case .bf16: return .bfloat16
    case .f16: return .float16
    case .i8: return .int8
    default:
      throw .unsupportedType(
        file: tensor.file, tensor: tensor.name, found: tensor.type.rawValue,
        expected: "F32, BF16, F16 or I8 with scales")
    }
  }
}
