import Checkpoint
import Kernels
import Mamba

/// Reads tensors of a checkpoint into the layouts of kernels.cu.
struct WeightReader {
  private let configuration: MambaConfiguration
  private let tensors: ModelTensors

  init(
    checkpoint: CheckpointDirectory, configuration: MambaConfiguration
  ) throws(CheckpointError) {
    self.configuration = configuration
    tensors = try ModelTensors(of: checkpoint, configuration: configuration)
  }

  private var hidden: Int { configuration.hiddenSize }
  private var inner: Int { configuration.innerSize }
  private var paddedHidden: Int { paddedCount(hidden) }
  private var paddedInner: Int { paddedCount(inner) }

  func layer(_ index: Int) throws(CheckpointError) -> StoredLayer {
    let layer = "backbone.layers.\(index)", mixer = layer + ".mixer"
    let rank = configuration.timeStepRank, size = configuration.stateSize
    let scanRows = rank + 2 * size
    let bias = configuration.hasProjectionBias
    var blob = WeightBlob()
    // Both halves of in_proj are padded to whole blocks.
    let padding = Array(repeating: -1, count: paddedInner - inner)
    let input = try matrix(
      mixer + ".in_proj.weight", shape: [2 * inner, hidden],
      rows: Array(0..<inner) + padding + Array(inner..<2 * inner),
      bias: bias ? mixer + ".in_proj.bias" : nil, in: &blob)
    let select = try matrix(mixer + ".x_proj.weight", shape: [scanRows, inner], in: &blob)
    let timeStep = try matrix(
      mixer + ".dt_proj.weight", shape: [inner, rank], bias: mixer + ".dt_proj.bias", in: &blob)
    let output = try matrix(
      mixer + ".out_proj.weight", shape: [hidden, inner],
      bias: bias ? mixer + ".out_proj.bias" : nil, in: &blob)
    let decays =
      try tensors.decayRates(mixer + ".A_log")
      + Array(repeating: 0, count: (paddedInner - inner) * size)
    let skip = try tensors.vector(mixer + ".D", shape: [inner])
    let convolution = try tensors.convolution(mixer + ".conv1d.weight")
    let convolutionBias: [Float]? =
      configuration.hasConvolutionBias
      ? try tensors.vector(mixer + ".conv1d.bias", shape: [inner]) : nil
    return StoredLayer(
      norm: try norm(layer + ".norm", in: &blob), input: input, select: select,
      timeStep: timeStep, output: output,
      convolution: blob.append(convolution, count: convolution.count),
      convolutionBias: convolutionBias.map { blob.append($0, count: paddedInner) },
      decay: blob.append(decays, count: decays.count),
      skip: blob.append(skip, count: paddedInner), decays: decays, blob: blob)
  }

  func outer(
    tokens: [Int]?
  ) throws(CheckpointError) -> (
    embedding: StoredMatrix, head: StoredMatrix?, norm: StoredNorm, blob: WeightBlob
  ) {
    let shape = [configuration.vocabularySize, hidden]
    var blob = WeightBlob()
    let embedding = try matrix("backbone.embeddings.weight", shape: shape, rows: tokens, in: &blob)
    let head: StoredMatrix? =
      configuration.tiesEmbeddings
      ? nil : try matrix("lm_head.weight", shape: shape, rows: tokens, in: &blob)
    let norm = try norm("backbone.norm_f", in: &blob)
    return (embedding, head, norm, blob)
  }

  private func norm(_ prefix: String, in blob: inout WeightBlob) throws(CheckpointError)
    -> StoredNorm
  {
    let weight = try tensors.vector(prefix + ".weight", shape: [hidden])
    let bias: [Float]? =
      configuration.usesLayerNorm ? try tensors.vector(prefix + ".bias", shape: [hidden]) : nil
    return StoredNorm(
      weight: blob.append(weight, count: paddedHidden),
      bias: bias.map { blob.append($0, count: paddedHidden) },
      epsilon: configuration.normEpsilon)
  }

  /// - Parameter rows: the tensor's row for each of the matrix; -1 for one of zeros. All when nil.
  private func matrix(
    _ name: String, shape: [Int], rows: [Int]? = nil, bias: String? = nil,
    in blob: inout WeightBlob
  ) throws(CheckpointError) -> StoredMatrix {
    let (tensor, type) = try tensors.matrix(name, shape: shape)
    let kind = DeviceMatrix.Kind(type)
    let rows = rows ?? Array(0..<shape[0])
    let count = paddedCount(rows.count)
    func gathered(_ values: [Float]?) -> WeightBlob.Place? {
      guard let values else { return nil }
      return blob.append(rows.map { $0 < 0 ? 0 : values[$0] }, count: count)
    }
    let scales = gathered(kind == .int8 ? try tensors.checkpoint.scales(of: tensor) : nil)
    let biasValues: [Float]? =
      if let bias { try tensors.vector(bias, shape: [shape[0]]) } else { nil }
    let biases = gathered(biasValues)
    let size = type.byteCount
    let layout = TileLayout(columns: shape[1], elementSize: size)
    let weights = blob.reserve(count / TileLayout.rows * layout.byteCount)
    var bytes: [UInt8] = []
    try tensors.checkpoint.read(tensor, bytes: 0..<shape[0] * shape[1] * size, into: &bytes)
    for (row, source) in rows.enumerated() where source >= 0 {
      blob.pack(
        row, of: weights, from: bytes, at: source * shape[1] * size, columns: shape[1],
        elementSize: size)
    }
    return StoredMatrix(
      weights: weights, scales: scales, bias: biases, rows: count, columns: shape[1], kind: kind,
      planes: kind == .int8 && tensors.activations[name] == .bits15 ? 2 : 1)
  }
}

/// A layer whose parts have their places in a blob.
struct StoredLayer {
  let norm: StoredNorm
  let input: StoredMatrix
  let select: StoredMatrix
  let timeStep: StoredMatrix
  let output: StoredMatrix
  let convolution: WeightBlob.Place?
  let convolutionBias: WeightBlob.Place?
  let decay: WeightBlob.Place?
  let skip: WeightBlob.Place?
  let decays: [Float]
  let blob: WeightBlob
}

/// A norm whose weights have their places in a blob.
struct StoredNorm {
  let weight: WeightBlob.Place
  let bias: WeightBlob.Place?
  let epsilon: Float

  /// The structure `Norm` of kernels.cu.
  func words(in memory: DeviceMemory) -> Words {
    Words([
      weight.address(in: memory), bias?.address(in: memory) ?? 0, UInt64(epsilon.bitPattern),
    ])
  }
}
