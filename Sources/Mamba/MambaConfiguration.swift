package import Checkpoint

/// The shape of a Mamba model: what `config.json` says, corrected by the tensors.
package struct MambaConfiguration: Sendable, Equatable {
  /// Rows of the embedding and logits: tokens, or 256 for a byte-level model, and padding.
  package internal(set) var vocabularySize: Int

  /// Tokens that mean something: the first ones of the vocabulary. The rest is padding, which is
  /// never sampled or drafted.
  package internal(set) var tokenCount: Int

  /// The width of the residual stream (d_model).
  package internal(set) var hiddenSize: Int

  /// Channels of a layer's inner part (d_inner).
  package internal(set) var innerSize: Int

  /// Layers.
  package internal(set) var layerCount: Int

  /// Values that each channel remembers (d_state, N).
  package internal(set) var stateSize: Int

  /// Inputs that the convolution reads (d_conv).
  package internal(set) var convolutionWidth: Int

  /// The rank of the step size's projection (dt_rank).
  package internal(set) var timeStepRank: Int

  /// Added to the mean square in every norm.
  package internal(set) var normEpsilon: Float

  /// Whether the norms are LayerNorms with a bias rather than RMSNorms.
  package internal(set) var usesLayerNorm: Bool

  /// Whether the embedding is also the output matrix.
  package internal(set) var tiesEmbeddings: Bool

  /// Whether in_proj and out_proj have a bias.
  package internal(set) var hasProjectionBias: Bool

  /// Whether the convolution has a bias.
  package internal(set) var hasConvolutionBias: Bool

  /// Where the tensors contradict `config.json`.
  package internal(set) var warnings: [ConfigurationWarning] = []

  /// What `config.json` says, with the defaults of its layout.
  package init(_ declared: DeclaredConfiguration) {
    vocabularySize = declared.vocabularySize
    tokenCount = declared.tokenCount
    hiddenSize = declared.hiddenSize
    innerSize = declared.innerSize
    layerCount = declared.layerCount
    stateSize = declared.stateSize
    convolutionWidth = declared.convolutionWidth
    timeStepRank = declared.timeStepRank
    normEpsilon = declared.normEpsilon
    usesLayerNorm = declared.usesLayerNorm ?? false
    tiesEmbeddings = declared.tiesEmbeddings ?? true
    hasProjectionBias = declared.hasProjectionBias ?? false
    hasConvolutionBias = declared.hasConvolutionBias ?? true
  }

  /// The model in a checkpoint of any layout: where the tensors agree among themselves on a size,
  /// and `config.json` says another, theirs is taken and ``warnings`` says so.
  ///
  /// - Throws: `CheckpointError`: `invalidConfiguration`, naming the field, and what reading throws.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    let declared = try DeclaredConfiguration(of: checkpoint)
    self.init(declared)
    let stored = StoredShapes(checkpoint)
    adoptSizes(stored, declared)
    adoptVocabulary(stored, declared)
    adoptParts(stored, declared)
    try adoptHead(checkpoint, declared)
  }
}

extension MambaConfiguration {
  /// Bytes of one state as it is saved: it does not grow with what was consumed.
  package var stateByteCount: Int {
    layerCount * innerSize * (stateSize + convolutionWidth - 1) * 4
  }

  /// The same model with part of its vocabulary.
  package func keeping(vocabularySize: Int) -> MambaConfiguration {
    var configuration = self
    configuration.vocabularySize = vocabularySize
    configuration.tokenCount = vocabularySize
    return configuration
  }
}
