/// How a tiny model is laid out: that of Hugging Face in safetensors unless something is set.
package struct TinyLayout: Sendable {
  /// Names and fields as state-spaces/mamba has them.
  package var isOriginal = false
  /// `pytorch_model.bin` in place of `model.safetensors`.
  package var isPickled = false
  /// What stands before every tensor's name.
  package var prefix = ""
  /// Whether the model was saved without its head, so that no name begins with `backbone.`.
  package var isHeadless = false
  /// Original layout: tokens before the vocabulary is padded to a multiple; nil without padding.
  package var tokenCount: Int?
  package var multiple = 8

  /// The layout of Hugging Face.
  package init() {}

  func renamed(_ tensor: RandomTensor) -> RandomTensor {
    var tensor = tensor
    if isOriginal {
      tensor.name.replace("backbone.embeddings.", with: "backbone.embedding.")
    }
    if isHeadless { tensor.name.replace("backbone.", with: "") }
    tensor.name = prefix + tensor.name
    return tensor
  }

  func originalFields(of model: TinyModel) -> [String: String] {
    let mixer =
      "{\"d_state\": \(model.stateSize), \"d_conv\": \(model.convolutionWidth), "
      + "\"dt_rank\": \(model.timeStepRank), \"intermediate_size\": \(model.innerSize)}"
    return [
      "d_model": "\(model.hiddenSize)", "n_layer": "\(model.layerCount)", "ssm_cfg": mixer,
      "vocab_size": "\(tokenCount ?? model.vocabularySize)",
      "rms_norm": "\(!model.usesLayerNorm)", "residual_in_fp32": "true",
      "fused_add_norm": "true", "pad_vocab_size_multiple": "\(multiple)",
    ]
  }
}
