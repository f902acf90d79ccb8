import Checkpoint
import Kernels

/// Reads tensors of a checkpoint into the kernels' layouts.
struct TensorLoader {
  let tensors: ModelTensors
  let memory = WeightMemory()

  /// Some rows of a matrix, packed as they are stored.
  ///
  /// - Parameters:
  ///   - shape: what the whole tensor must have.
  ///   - rows: which rows to take, in this order; all when nil.
  ///   - bias: a vector with one value a row of the whole tensor.
  func matrix(
    _ name: String, shape: [Int], rows: [Int]? = nil, bias: String? = nil
  ) throws(CheckpointError) -> PackedMatrix {
    let (tensor, type) = try tensors.matrix(name, shape: shape)
    let checkpoint = tensors.checkpoint
    let rows = rows ?? Array(0..<shape[0])
    let scales = type == .int8 ? try checkpoint.scales(of: tensor) : nil
    let bias: [Float]? = if let bias { try tensors.vector(bias, shape: [shape[0]]) } else { nil }
    let reader = RowReader(checkpoint: checkpoint, tensor: tensor, rowSize: shape[1])
    return try PackedMatrix(
      rows: rows.count, columns: shape[1], type: type,
      scales: scales.map { scales in rows.map { scales[$0] } },
      activations: type == .int8 ? tensors.activations[name] : .bits8,
      bias: bias.map { bias in rows.map { bias[$0] } }, memory: memory
    ) { (range, bytes) throws(CheckpointError) in
      try reader.read(rows[range], into: &bytes)
    }
  }

  /// A vector as f32, padded with zeros to `count`.
  func buffer(_ name: String, shape: [Int], count: Int) throws(CheckpointError) -> FloatBuffer {
    FloatBuffer(try tensors.vector(name, shape: shape), count: count)
  }

  /// The weight of a norm, and its bias where the model has one.
  func norm(
    _ prefix: String, configuration: MambaConfiguration
  ) throws(CheckpointError) -> NormWeights {
    let (shape, count) = ([configuration.hiddenSize], configuration.paddedHiddenSize)
    let bias: FloatBuffer? =
      configuration.usesLayerNorm
      ? try buffer(prefix + ".bias", shape: shape, count: count) : nil
    return NormWeights(
      weight: try buffer(prefix + ".weight", shape: shape, count: count), bias: bias)
  }

  /// conv1d.weight as [width][padded channels], and its bias where the model has one.
  func convolution(
    _ prefix: String, configuration: MambaConfiguration
  ) throws(CheckpointError) -> ConvolutionWeights {
    let padded = configuration.paddedInnerSize
    let bias: FloatBuffer? =
      if configuration.hasConvolutionBias {
        try buffer(prefix + ".bias", shape: [configuration.innerSize], count: padded)
      } else { nil }
    return ConvolutionWeights(
      weight: FloatBuffer(try tensors.convolution(prefix + ".weight")), bias: bias,
      width: configuration.convolutionWidth, channels: padded)
  }

  /// The weights of a mixer's scan, rates in [channel blocks][state][16].
  func scanParameters(
    _ mixer: String, configuration: MambaConfiguration
  ) throws(CheckpointError) -> ScanParameters {
    let (channels, stateSize) = (configuration.innerSize, configuration.stateSize)
    let rates = try tensors.decayRates(mixer + ".A_log")
    let decay = FloatBuffer(count: configuration.paddedInnerSize * stateSize)
    for channel in 0..<channels {
      let base = channel / laneCount * stateSize * laneCount + channel % laneCount
      for index in 0..<stateSize {
        decay[base + index * laneCount] = rates[channel * stateSize + index]
      }
    }
    let skip = try buffer(mixer + ".D", shape: [channels], count: configuration.paddedInnerSize)
    return ScanParameters(
      decay: decay, skip: skip, channels: configuration.paddedInnerSize, stateSize: stateSize)
  }
}

/// Reads rows of one matrix, neighbours in one go.
private struct RowReader {
  let checkpoint: CheckpointDirectory
  let tensor: TensorDescription
  let rowSize: Int

  private var rowByteCount: Int { rowSize * tensor.type.bitWidth / 8 }

  init(checkpoint: CheckpointDirectory, tensor: TensorDescription, rowSize: Int) {
    self.checkpoint = checkpoint
    self.tensor = tensor
    self.rowSize = rowSize
  }

  func read(_ rows: ArraySlice<Int>, into bytes: inout [UInt8]) throws(CheckpointError) {
    guard let first = rows.first, let last = rows.last else { return bytes.removeAll() }
    if last - first == rows.count - 1, zip(rows, rows.dropFirst()).allSatisfy({ $1 == $0 + 1 }) {
      return try read(first..<last + 1, into: &bytes)
    }
    var all: [UInt8] = []
    all.reserveCapacity(rows.count * rowByteCount)
    for row in rows {
      try read(row..<row + 1, into: &bytes)
      all += bytes
    }
    bytes = all
  }

  private func read(_ rows: Range<Int>, into bytes: inout [UInt8]) throws(CheckpointError) {
    let range = rows.lowerBound * rowByteCount..<rows.upperBound * rowByteCount
    try checkpoint.read(tensor, bytes: range, into: &bytes)
  }
}
