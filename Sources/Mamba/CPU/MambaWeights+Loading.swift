import Checkpoint
import Kernels

extension MambaWeights {
  /// Reads the weights of a checkpoint in Hugging Face layout, tensor by tensor.
  ///
  /// - Parameter tokens: the rows of embedding and head to keep, in this order; all when nil.
  init(
    of configuration: MambaConfiguration, from loader: TensorLoader, tokens: [Int]?
  ) throws(CheckpointError) {
    let shape = [configuration.vocabularySize, configuration.hiddenSize]
    embedding = try loader.matrix("backbone.embeddings.weight", shape: shape, rows: tokens)
    head =
      configuration.tiesEmbeddings
      ? embedding : try loader.matrix("lm_head.weight", shape: shape, rows: tokens)
    finalNorm = try loader.norm("backbone.norm_f", configuration: configuration)
    var layers: [Reference<MambaLayer>] = []
    for index in 0..<configuration.layerCount {
      layers.append(Reference(try MambaLayer(index, of: configuration, from: loader)))
    }
    self.layers = layers
  }
}

extension MambaLayer {
  fileprivate init(
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
    scan = try loader.scanParameters(mixer + ".A_log", configuration: configuration)
    skip = try loader.buffer(
      mixer + ".D", shape: [inner], count: configuration.paddedInnerSize)
    outputProjection = try loader.matrix(
      mixer + ".out_proj.weight", shape: [hidden, inner],
      bias: bias ? mixer + ".out_proj.bias" : nil)
  }
}
