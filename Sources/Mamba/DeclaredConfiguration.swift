package import Checkpoint
import Foundation

/// What a checkpoint's `config.json` says of the model, in either layout, before it is compared
/// with the tensors.
package struct DeclaredConfiguration: Sendable {
  /// Whose names the fields have.
  package enum Layout: Sendable {
    /// `model_type`, `hidden_size`, …: transformers.
    case huggingFace
    /// `d_model`, `n_layer`, `ssm_cfg`, …: state-spaces/mamba.
    case original
  }

  /// Whose names the fields have.
  package let layout: Layout
  /// Tokens, without padding.
  package let tokenCount: Int
  /// Rows of the embedding: tokens and padding.
  package let vocabularySize: Int
  package let hiddenSize: Int
  package let innerSize: Int
  package let layerCount: Int
  package let stateSize: Int
  package let convolutionWidth: Int
  package let timeStepRank: Int
  package let normEpsilon: Float
  /// Nil when the file does not say.
  package let tiesEmbeddings: Bool?
  /// Nil when the file does not say.
  package let hasProjectionBias: Bool?
  /// Nil when the file does not say.
  package let hasConvolutionBias: Bool?
  /// Whether the norms are LayerNorms with a bias; nil when the file does not say.
  package let usesLayerNorm: Bool?
  let fields: ConfigurationFields

  /// Reads and checks `config.json`.
  ///
  /// - Throws: `CheckpointError.invalidConfiguration`, naming the field.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    let file = checkpoint.url.appendingPathComponent("config.json").path
    let fields = try ConfigurationFields(json: checkpoint.configuration, file: file)
    if !fields.has("model_type"), fields.has("d_model") {
      try self.init(original: fields)
    } else {
      try self.init(huggingFace: fields)
    }
  }

  private init(huggingFace fields: ConfigurationFields) throws(CheckpointError) {
    try fields.require("model_type", oneOf: ["mamba", Self.layerNormModelType])
    try fields.require("hidden_act", oneOf: ["silu", "swish"], orAbsent: true)
    layout = .huggingFace
    self.fields = fields
    vocabularySize = try fields.count("vocab_size", limit: SizeLimit.vocabulary)
    tokenCount = try fields.count(
      Self.tokenCountField, limit: vocabularySize, default: vocabularySize)
    hiddenSize = try fields.count("hidden_size", limit: SizeLimit.hidden)
    layerCount = try fields.count("num_hidden_layers", limit: SizeLimit.layers)
    stateSize = try fields.count("state_size", limit: SizeLimit.state, default: 16)
    convolutionWidth = try fields.count("conv_kernel", limit: SizeLimit.convolution, default: 4)
    innerSize = try Self.innerSize(fields, hiddenSize: hiddenSize, widthField: "hidden_size")
    timeStepRank = try fields.count(
      "time_step_rank", limit: SizeLimit.hidden, default: (hiddenSize + 15) / 16,
      automatic: "auto")
    normEpsilon = try fields.fraction("layer_norm_epsilon", default: 1e-5)
    tiesEmbeddings = try fields.flag("tie_word_embeddings")
    hasProjectionBias = try fields.flag("use_bias")
    hasConvolutionBias = try fields.flag("use_conv_bias")
    usesLayerNorm = try fields.flag("rms_norm").map { !$0 }
  }

  /// Source of names and defaults: `MambaConfig` and `Mamba` of state-spaces/mamba.
  private init(original fields: ConfigurationFields) throws(CheckpointError) {
    let remedy = "this version reads Mamba-1 without attention or MLP layers"
    try fields.requireNone(of: "attn_layer_idx", remedy: remedy)
    try fields.requireNone(of: "d_intermediate", remedy: remedy)
    let mixer = try fields.object("ssm_cfg")
    try mixer.require("layer", oneOf: ["Mamba1"], orAbsent: true)
    layout = .original
    self.fields = fields
    tokenCount = try fields.count("vocab_size", limit: SizeLimit.vocabulary)
    let multiple = try fields.count(
      "pad_vocab_size_multiple", limit: SizeLimit.vocabulary, default: 8)
    vocabularySize = (tokenCount + multiple - 1) / multiple * multiple
    hiddenSize = try fields.count("d_model", limit: SizeLimit.hidden)
    layerCount = try fields.count("n_layer", limit: SizeLimit.layers)
    stateSize = try mixer.count("d_state", limit: SizeLimit.state, default: 16)
    convolutionWidth = try mixer.count("d_conv", limit: SizeLimit.convolution, default: 4)
    innerSize = try Self.innerSize(mixer, hiddenSize: hiddenSize, widthField: "d_model")
    timeStepRank = try mixer.count(
      "dt_rank", limit: SizeLimit.hidden, default: (hiddenSize + 15) / 16, automatic: "auto")
    normEpsilon = try fields.fraction("norm_epsilon", default: 1e-5)
    tiesEmbeddings = try fields.flag("tie_embeddings")
    hasProjectionBias = try mixer.flag("bias")
    hasConvolutionBias = try mixer.flag("conv_bias")
    usesLayerNorm = try fields.flag("rms_norm").map { !$0 }
  }

  private static func innerSize(
    _ fields: ConfigurationFields, hiddenSize: Int, widthField: String
  ) throws(CheckpointError) -> Int {
    let expansion = try fields.count("expand", limit: 1 << 10, default: 2)
    let size = try fields.count(
      "intermediate_size", limit: SizeLimit.inner, default: expansion * hiddenSize)
    guard size <= SizeLimit.inner else {
      throw fields.invalid(
        "expand",
        remedy: "times \(widthField), which is \(hiddenSize), it may be at most "
          + "\(SizeLimit.inner)")
    }
    return size
  }
}

extension DeclaredConfiguration {
  /// The `model_type` of a model whose norms are LayerNorms: the class of transformers for `mamba`
  /// has RMSNorm only and would leave the biases out without an error.
  package static let layerNormModelType = "mamba_layernorm"

  /// The field that keeps the number of tokens where the vocabulary is padded: transformers has
  /// none of its own.
  package static let tokenCountField = "unpadded_vocab_size"
}

/// The largest sizes of a model, from wherever they come; products of them fit an `Int`.
enum SizeLimit {
  static let vocabulary = 1 << 24
  static let hidden = 1 << 20
  static let inner = 1 << 21
  static let layers = 1 << 16
  static let state = 1 << 12
  static let convolution = 1 << 10
}
