import Checkpoint
import SpecDecodePlatform

extension MambaConfiguration {
  /// Takes the sizes that the tensors have.
  mutating func adoptSizes(_ stored: StoredShapes, _ declared: DeclaredConfiguration) {
    let names = FieldNames(declared.layout)
    adopt(stored.hiddenSize, \.hiddenSize, SizeLimit.hidden, names.hiddenSize, declared)
    adopt(stored.innerSize, \.innerSize, SizeLimit.inner, names.innerSize, declared)
    adopt(stored.layerCount, \.layerCount, SizeLimit.layers, names.layerCount, declared)
    adopt(stored.stateSize, \.stateSize, SizeLimit.state, names.stateSize, declared)
    adopt(
      stored.convolutionWidth, \.convolutionWidth, SizeLimit.convolution,
      names.convolutionWidth, declared)
    adopt(stored.timeStepRank, \.timeStepRank, SizeLimit.hidden, names.timeStepRank, declared)
  }

  /// A size out of its limits is not taken: loading then names the tensor.
  private mutating func adopt(
    _ size: Int?, _ field: WritableKeyPath<Self, Int>, _ limit: Int, _ name: String,
    _ declared: DeclaredConfiguration
  ) {
    guard let size, (1...limit).contains(size), size != self[keyPath: field] else { return }
    warnings.append(
      declared.fields.warning(name, declared: "\(self[keyPath: field])", found: "\(size)"))
    self[keyPath: field] = size
  }

  /// Takes the vocabulary that the tensors have; padding is what the declared one says.
  mutating func adoptVocabulary(_ stored: StoredShapes, _ declared: DeclaredConfiguration) {
    guard let rows = stored.vocabularySize, (1...SizeLimit.vocabulary).contains(rows),
      rows != vocabularySize
    else { return }
    // Saved without the padding that the configuration asks for.
    if rows != tokenCount {
      warnings.append(
        declared.fields.warning("vocab_size", declared: "\(tokenCount)", found: "\(rows)"))
    }
    vocabularySize = rows
    tokenCount = rows
  }

  /// Takes the biases and the kind of norm that the tensors have. One that the configuration
  /// promises stays promised, so that loading names the tensor that is missing.
  mutating func adoptParts(_ stored: StoredShapes, _ declared: DeclaredConfiguration) {
    let names = FieldNames(declared.layout)
    hasConvolutionBias = merged(
      declared.hasConvolutionBias, stored.hasPart("mixer.conv1d.bias"), names.convolutionBias,
      declared)
    hasProjectionBias = merged(
      declared.hasProjectionBias,
      stored.hasPart("mixer.in_proj.bias") || stored.hasPart("mixer.out_proj.bias"),
      names.projectionBias, declared)
    let hasNormBias = stored.hasPart("norm.bias") || stored.has("backbone.norm_f.bias")
    usesLayerNorm = declared.usesLayerNorm == true || hasNormBias
    if declared.usesLayerNorm == false, hasNormBias {
      warnings.append(declared.fields.warning("rms_norm", declared: "true", found: "false"))
    }
  }

  private mutating func merged(
    _ promised: Bool?, _ isStored: Bool, _ field: String, _ declared: DeclaredConfiguration
  ) -> Bool {
    if promised == false, isStored {
      warnings.append(declared.fields.warning(field, declared: "false", found: "true"))
    }
    return promised == true || isStored
  }

  /// Ties the head to the embedding unless a head of its own is promised, or stored with other
  /// values: tied models are often saved with both.
  mutating func adoptHead(
    _ checkpoint: CheckpointDirectory, _ declared: DeclaredConfiguration
  ) throws(CheckpointError) {
    guard declared.tiesEmbeddings != false,
      let head = checkpoint.tensors["lm_head.weight"],
      let embedding = checkpoint.tensors["backbone.embeddings.weight"]
    else { return }
    // In a sparse file the comparison could go on for days.
    try MemoryLimit.current.require(embedding.byteCount, for: checkpoint.url)
    tiesEmbeddings = try checkpoint.hasSameValues(head, embedding)
    if declared.tiesEmbeddings == true, !tiesEmbeddings {
      warnings.append(
        declared.fields.warning(
          FieldNames(declared.layout).tiedHead, declared: "true", found: "false"))
    }
  }
}

/// What a layout calls the fields of `config.json`.
private struct FieldNames {
  let hiddenSize, innerSize, layerCount, stateSize, convolutionWidth, timeStepRank: String
  let projectionBias, convolutionBias, tiedHead: String

  init(_ layout: DeclaredConfiguration.Layout) {
    let isOriginal = layout == .original
    func name(_ huggingFace: String, _ original: String) -> String {
      isOriginal ? original : huggingFace
    }
    hiddenSize = name("hidden_size", "d_model")
    innerSize = name("intermediate_size", "d_inner")
    layerCount = name("num_hidden_layers", "n_layer")
    stateSize = name("state_size", "ssm_cfg.d_state")
    convolutionWidth = name("conv_kernel", "ssm_cfg.d_conv")
    timeStepRank = name("time_step_rank", "ssm_cfg.dt_rank")
    projectionBias = name("use_bias", "ssm_cfg.bias")
    convolutionBias = name("use_conv_bias", "ssm_cfg.conv_bias")
    tiedHead = name("tie_word_embeddings", "tie_embeddings")
  }
}
