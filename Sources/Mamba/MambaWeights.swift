import Kernels

/// The weights of a Mamba model, packed for the kernels. Immutable.
struct MambaWeights: Sendable {
  /// [vocabulary, hidden]; rows of tokens, in the order the model was loaded with.
  let embedding: PackedMatrix
  /// [vocabulary, hidden]; the embedding itself when they are tied.
  let head: PackedMatrix
  let layers: [Reference<MambaLayer>]
  let finalNorm: NormWeights

  /// Memory that the packed weights take, in bytes.
  var byteCount: Int {
    let head = head === embedding ? 0 : head.byteCount
    return embedding.byteCount + head + finalNorm.byteCount
      + layers.reduce(0) { $0 + $1.value.byteCount }
  }
}

/// The weights of one layer: norm, then the Mamba mixer, added to the residual stream.
struct MambaLayer: Sendable {
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
  /// D: [inner], padded.
  let skip: FloatBuffer
  /// [hidden, inner]
  let outputProjection: PackedMatrix

  var byteCount: Int {
    let matrices = [
      inputProjection, gateProjection, scanProjection, timeStepProjection, outputProjection,
    ]
    let vectors = [
      convolution.weight, scan.decay, skip,
    ]
    return matrices.reduce(0) { $0 + $1.byteCount } + vectors.reduce(0) { $0 + $1.count * 4 }
      + (convolution.bias?.count ?? 0) * 4 + norm.byteCount
  }
}
