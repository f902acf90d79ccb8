extension MambaConfiguration {
  /// A tensor that a model is made of.
  package struct TensorRequirement: Sendable, Equatable {
    /// Its name in the layout of Hugging Face.
    package let name: String
    /// Its sizes, the slowest first.
    package let shape: [Int]
  }

  /// Every tensor that the model is made of, layer by layer; the scales of I8 matrices are not
  /// among them.
  package var requiredTensors: [TensorRequirement] {
    var tensors = [
      TensorRequirement(
        name: "backbone.embeddings.weight", shape: [vocabularySize, hiddenSize])
    ]
    for index in 0..<layerCount { tensors += layerTensors("backbone.layers.\(index).") }
    tensors += normTensors("backbone.norm_f")
    if !tiesEmbeddings {
      tensors.append(
        TensorRequirement(name: "lm_head.weight", shape: [vocabularySize, hiddenSize]))
    }
    return tensors
  }

  private func layerTensors(_ layer: String) -> [TensorRequirement] {
    var shapes = [
      ("in_proj.weight", [2 * innerSize, hiddenSize]),
      ("conv1d.weight", [innerSize, 1, convolutionWidth]),
      ("x_proj.weight", [timeStepRank + 2 * stateSize, innerSize]),
      ("dt_proj.weight", [innerSize, timeStepRank]), ("dt_proj.bias", [innerSize]),
      ("A_log", [innerSize, stateSize]), ("D", [innerSize]),
      ("out_proj.weight", [hiddenSize, innerSize]),
    ]
    if hasConvolutionBias { shapes.append(("conv1d.bias", [innerSize])) }
    if hasProjectionBias {
      shapes += [("in_proj.bias", [2 * innerSize]), ("out_proj.bias", [hiddenSize])]
    }
    return normTensors(layer + "norm")
      + shapes.map { TensorRequirement(name: "\(layer)mixer.\($0.0)", shape: $0.1) }
  }

  private func normTensors(_ norm: String) -> [TensorRequirement] {
    (usesLayerNorm ? ["weight", "bias"] : ["weight"]).map {
      TensorRequirement(name: "\(norm).\($0)", shape: [hiddenSize])
    }
  }
}
