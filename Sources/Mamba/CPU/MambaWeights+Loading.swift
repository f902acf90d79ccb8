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
    var layers: [MambaLayer] = []
    for index in 0..<configuration.layerCount {
      layers.append(try MambaLayer(index, of: configuration, from: loader))
    }
    self.layers = layers
  }
}
