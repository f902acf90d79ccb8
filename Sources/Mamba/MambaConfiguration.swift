package import Checkpoint
import Foundation
import Kernels

/// The shape of a Mamba model, as `config.json` gives it (Hugging Face layout).
package struct MambaConfiguration: Sendable, Equatable {
  /// Tokens, or 256 for a byte-level model.
  package let vocabularySize: Int

  /// The width of the residual stream (d_model).
  package let hiddenSize: Int

  /// Channels of a layer's inner part (d_inner).
  package let innerSize: Int

  /// Layers.
  package let layerCount: Int

  /// Values that each channel remembers (d_state, N).
  package let stateSize: Int

  /// Inputs that the convolution reads (d_conv).
  package let convolutionWidth: Int

  /// The rank of the step size's projection (dt_rank).
  package let timeStepRank: Int

  /// Added to the mean square in every norm.
  package let normEpsilon: Float

  /// Whether the embedding is also the output matrix.
  package let tiesEmbeddings: Bool

  /// Whether in_proj and out_proj have a bias.
  package let hasProjectionBias: Bool

  /// Whether the convolution has a bias.
  package let hasConvolutionBias: Bool

  /// Reads and checks a checkpoint's `config.json`.
  ///
  /// - Throws: `CheckpointError.invalidConfiguration`, naming the field.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    let file = checkpoint.url.appendingPathComponent("config.json").path
    try self.init(ConfigurationFields(json: checkpoint.configuration, file: file))
  }

  private static let innerSizeLimit = 1 << 21

  init(_ fields: ConfigurationFields) throws(CheckpointError) {
    try fields.require("model_type", oneOf: ["mamba"])
    try fields.require("hidden_act", oneOf: ["silu", "swish"], orAbsent: true)
    vocabularySize = try fields.count("vocab_size", limit: 1 << 24)
    hiddenSize = try fields.count("hidden_size", limit: 1 << 20)
    layerCount = try fields.count("num_hidden_layers", limit: 1 << 16)
    stateSize = try fields.count("state_size", limit: 1 << 12, default: 16)
    convolutionWidth = try fields.count("conv_kernel", limit: 1 << 10, default: 4)
    let expansion = try fields.count("expand", limit: 1 << 10, default: 2)
    innerSize = try fields.count(
      "intermediate_size", limit: Self.innerSizeLimit, default: expansion * hiddenSize)
    guard innerSize <= Self.innerSizeLimit else {
      throw fields.invalid(
        "expand",
        remedy: "times hidden_size, which is \(hiddenSize), it may be at most "
          + "\(Self.innerSizeLimit)")
    }
    timeStepRank = try fields.count(
      "time_step_rank", limit: 1 << 20, default: (hiddenSize + 15) / 16, automatic: "auto")
    normEpsilon = try fields.fraction("layer_norm_epsilon", default: 1e-5)
    tiesEmbeddings = try fields.flag("tie_word_embeddings", default: true)
    hasProjectionBias = try fields.flag("use_bias", default: false)
    hasConvolutionBias = try fields.flag("use_conv_bias", default: true)
  }
}

extension MambaConfiguration {
  /// `innerSize` in whole blocks of lanes.
  var paddedInnerSize: Int { paddedCount(innerSize) }

  /// `hiddenSize` in whole blocks of lanes.
  var paddedHiddenSize: Int { paddedCount(hiddenSize) }

  /// Rows of the projection to step size, B and C, in whole panels.
  var paddedScanRows: Int { paddedCount(timeStepRank + 2 * stateSize) }

  /// Bytes of one state: it does not grow with what was consumed.
  package var stateByteCount: Int {
    layerCount * paddedInnerSize * (stateSize + convolutionWidth - 1) * 4
  }
}

extension MambaConfiguration {
  /// The same model with part of its vocabulary.
  func keeping(vocabularySize: Int) -> MambaConfiguration {
    MambaConfiguration(self, vocabularySize: vocabularySize)
  }

  private init(_ other: MambaConfiguration, vocabularySize: Int) {
    self.vocabularySize = vocabularySize
    hiddenSize = other.hiddenSize
    innerSize = other.innerSize
    layerCount = other.layerCount
    stateSize = other.stateSize
    convolutionWidth = other.convolutionWidth
    timeStepRank = other.timeStepRank
    normEpsilon = other.normEpsilon
    tiesEmbeddings = other.tiesEmbeddings
    hasProjectionBias = other.hasProjectionBias
    hasConvolutionBias = other.hasConvolutionBias
  }
}
