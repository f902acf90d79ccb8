import Checkpoint
import Foundation
import Mamba

/// `config.json` as Hugging Face transformers reads it.
struct HuggingFaceConfiguration {
  private var fields: [String: Any]

  /// The fields of a model.
  ///
  /// - Parameters:
  ///   - fields: an object of JSON whose other fields are kept; nil when there is none.
  ///   - type: the type that the weights are loaded in.
  ///   - file: where the fields come from, for errors.
  /// - Throws: `CheckpointError.invalidConfiguration` for fields that cannot be kept.
  init(
    _ model: MambaConfiguration, fields: Data?, type: TensorType, file: String
  ) throws(CheckpointError) {
    self.fields = if let fields { try Self.object(fields, file: file) } else { [:] }
    if fields == nil, model.tokenCount == 256 {
      // The defaults of transformers are 0, which is a byte like all others.
      for name in ["bos_token_id", "eos_token_id", "pad_token_id"] { self.fields[name] = NSNull() }
    }
    self.fields.merge(model.fields) { $1 }
    // By its text: the nearest double of an f32 has many more digits.
    self.fields["layer_norm_epsilon"] = Double("\(model.normEpsilon)") ?? 1e-5
    self.fields.merge(Self.parts(of: model)) { $1 }
    if model.innerSize.isMultiple(of: model.hiddenSize) {
      self.fields["expand"] = model.innerSize / model.hiddenSize
    } else {
      self.fields["expand"] = nil
    }
    self.fields[DeclaredConfiguration.tokenCountField] =
      model.tokenCount < model.vocabularySize ? model.tokenCount : nil
    self.fields["dtype"] = nil
    self.fields["torch_dtype"] = Self.name(of: type)
  }

  /// Indented, keys sorted, with a newline at the end.
  func json() throws -> Data {
    try JSONSerialization.data(
      withJSONObject: fields, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      + Data("\n".utf8)
  }

  /// Of a field that the model does not use, a value may be one that only this reader refuses.
  private static func object(_ json: Data, file: String) throws(CheckpointError) -> [String: Any] {
    guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw .invalidConfiguration(
        file: file, field: "(whole file)", value: "not an object that can be written again",
        remedy: "take out numbers that are too large and text that is not Unicode")
    }
    return object
  }

  private static func parts(of model: MambaConfiguration) -> [String: Any] {
    var parts: [String: Any] = [
      "use_bias": model.hasProjectionBias, "use_conv_bias": model.hasConvolutionBias,
      "tie_word_embeddings": model.tiesEmbeddings, "hidden_act": "silu",
      "residual_in_fp32": true, "model_type": "mamba", "architectures": ["MambaForCausalLM"],
    ]
    if model.usesLayerNorm {
      parts["rms_norm"] = false
      parts["model_type"] = DeclaredConfiguration.layerNormModelType
      parts["architectures"] = [LayerNormModule.modelClass]
      parts["auto_map"] = [
        "AutoConfig": "\(LayerNormModule.name).\(LayerNormModule.configurationClass)",
        "AutoModelForCausalLM": "\(LayerNormModule.name).\(LayerNormModule.modelClass)",
      ]
    }
    return parts
  }

  private static func name(of type: TensorType) -> String {
    switch type {
    case .f16: "float16"
    case .bf16: "bfloat16"
    default: "float32"
    }
  }
}

extension MambaConfiguration {
  /// Sizes by the names of their fields in `config.json`.
  var fields: [String: Int] {
    [
      "vocab_size": vocabularySize, "hidden_size": hiddenSize, "intermediate_size": innerSize,
      "num_hidden_layers": layerCount, "state_size": stateSize, "conv_kernel": convolutionWidth,
      "time_step_rank": timeStepRank,
    ]
  }
}
