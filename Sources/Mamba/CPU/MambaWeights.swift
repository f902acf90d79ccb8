import Checkpoint
import Kernels

/// The weights of a Mamba model, packed for the kernels. Immutable.
struct MambaWeights: Sendable {
  /// [vocabulary, hidden]; rows of tokens, in the order the model was loaded with.
  let embedding: PackedMatrix
  /// [vocabulary, hidden]; the embedding itself when they are tied.
  let head: PackedMatrix
  let layers: [MambaLayer]
  let finalNorm: NormWeights

  /// Memory that the packed weights take, in bytes.
  var byteCount: Int {
    let head = head === embedding ? 0 : head.byteCount
    return embedding.byteCount + head + finalNorm.byteCount
      + layers.reduce(0) { $0 + $1.byteCount }
  }
}

/// The weights of one layer: norm, then the Mamba mixer, added to the residual stream.
///
/// The members of a team walk the layers side by side: a copy of a struct of buffers would count
/// references to each of them, in memory that all members write.
final class MambaLayer: Sendable {
  let norm: NormWeights
  /// [inner, hidden]; the first half of in_proj's rows.
  let inputProjection: PackedMatrix
  /// [inner, hidden]; the second half of in_proj's rows.
  let gateProjection: PackedMatrix
  let convolution: ConvolutionWeights
  /// [time step rank + 2 state, inner]; rows for the step size, B and C.
  let scanProjection: PackedMatrix
  /// [inner, time step rank], with bias.
  let timeStepProjection: PackedMatrix
  let scan: ScanParameters
  /// [hidden, inner]
  let outputProjection: PackedMatrix

  init(
    _ index: Int, of configuration: MambaConfiguration, from loader: TensorLoader
  ) throws(CheckpointError) {
    let layer = "backbone.layers.\(index)"
    let mixer = layer + ".mixer"
    let (hidden, inner) = (configuration.hiddenSize, configuration.innerSize)
    let rank = configuration.timeStepRank
    let bias = configuration.hasProjectionBias
    func inputHalf(_ rows: Range<Int>) throws(CheckpointError) -> PackedMatrix {
      try loader.matrix(
        mixer + ".in_proj.weight", shape: [2 * inner, hidden], rows: Array(rows),
        bias: bias ? mixer + ".in_proj.bias" : nil)
    }
    norm = try loader.norm(layer + ".norm", configuration: configuration)
    inputProjection = try inputHalf(0..<inner)
    gateProjection = try inputHalf(inner..<2 * inner)
    convolution = try loader.convolution(mixer + ".conv1d", configuration: configuration)
    scanProjection = try loader.matrix(
      mixer + ".x_proj.weight", shape: [rank + 2 * configuration.stateSize, inner])
    timeStepProjection = try loader.matrix(
      mixer + ".dt_proj.weight", shape: [inner, rank], bias: mixer + ".dt_proj.bias")
    scan = try loader.scanParameters(mixer, configuration: configuration)
    outputProjection = try loader.matrix(
      mixer + ".out_proj.weight", shape: [hidden, inner],
      bias: bias ? mixer + ".out_proj.bias" : nil)
  }

  var byteCount: Int {
    let matrices = [
      inputProjection, gateProjection, scanProjection, timeStepProjection, outputProjection,
    ]
    let vectors = [
      convolution.weight, scan.decay, scan.skip,
    ]
    return matrices.reduce(0) { $0 + $1.byteCount } + vectors.reduce(0) { $0 + $1.count * 4 }
      + (convolution.bias?.count ?? 0) * 4 + norm.byteCount
  }
}

/// The weights of a norm: with a bias it is a LayerNorm, without one an RMSNorm.
struct NormWeights: Sendable {
  /// [hidden], padded.
  let weight: FloatBuffer
  /// [hidden], padded.
  let bias: FloatBuffer?

  var byteCount: Int { (weight.count + (bias?.count ?? 0)) * 4 }
}

extension TeamMember {
  /// Norms all positions, into a buffer of this member's own.
  func norm(
    _ x: FloatRows, _ weights: NormWeights, epsilon: Float, width: Int, positions: Int,
    into y: FloatRows
  ) {
    if let bias = weights.bias {
      layerNorm(
        x, weight: weights.weight, bias: bias, epsilon: epsilon, width: width,
        positions: positions, into: y)
    } else {
      rmsNorm(
        x, weight: weights.weight, epsilon: epsilon, width: width, positions: positions, into: y)
    }
  }
}
