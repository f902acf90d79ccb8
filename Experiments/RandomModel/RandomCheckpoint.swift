import Checkpoint
import Foundation
import Measuring

/// A model with the initial values that state-spaces/mamba gives a new one (mamba_simple.py and
/// mixer_seq_simple.py): activations neither grow nor die out from layer to layer.
struct RandomCheckpoint {
  let shape: ModelShape
  /// Of the matrices; vectors, the convolution and A_log are F32.
  let encoding: ElementEncoding
  let seed: UInt64

  private static let elementsPerPiece = 1 << 20

  /// Writes `config.json` and `model.safetensors`, making the directory if needed.
  func write(to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let tensors = tensors
    var writer = try SafetensorsWriter(
      url: directory.appending(path: "model.safetensors"), metadata: ["format": "pt"],
      entries: tensors.map { .init(name: $0.name, type: type(of: $0).tensorType, shape: $0.shape) })
    for (index, tensor) in tensors.enumerated() {
      var generator = PhiloxGenerator(seed: seed, stream: UInt32(index))
      let count = tensor.shape.reduce(1, *)
      for start in stride(from: 0, to: count, by: Self.elementsPerPiece) {
        let range = start..<min(start + Self.elementsPerPiece, count)
        let values = range.map { tensor.values.value(at: $0, &generator) }
        try writer.append(type(of: tensor).bytes(of: values))
      }
    }
    try writer.finish()
    try Data(configuration.utf8).write(
      to: directory.appending(path: "config.json"), options: .atomic)
  }

  private func type(of tensor: InitialTensor) -> ElementEncoding {
    tensor.isMatrix ? encoding : .f32
  }

  private var tensors: [InitialTensor] {
    // Wide types first, so that every tensor is aligned in the file.
    let all =
      [
        InitialTensor(
          "backbone.embeddings.weight", [shape.vocabularySize, shape.hiddenSize], .normal(0.02),
          isMatrix: true),
        InitialTensor("backbone.norm_f.weight", [shape.hiddenSize], .constant(1)),
      ] + (0..<shape.layerCount).flatMap { layer($0) }
    return all.filter { !$0.isMatrix } + all.filter(\.isMatrix)
  }

  private func layer(_ index: Int) -> [InitialTensor] {
    let layer = "backbone.layers.\(index)"
    let mixer = layer + ".mixer"
    let (hidden, inner, rank) = (shape.hiddenSize, shape.innerSize, shape.timeStepRank)
    func bound(_ inputs: Int) -> Float { 1 / Float(inputs).squareRoot() }
    let taps = shape.convolutionWidth
    // Each layer adds to the residual stream: its share falls with their number.
    let outputBound = bound(inner) * bound(shape.layerCount)
    return [
      InitialTensor(layer + ".norm.weight", [hidden], .constant(1)),
      InitialTensor(mixer + ".A_log", [inner, shape.stateSize], .decayRates(shape.stateSize)),
      InitialTensor(mixer + ".D", [inner], .constant(1)),
      InitialTensor(mixer + ".dt_proj.bias", [inner], .stepBias(0.001...0.1)),
      InitialTensor(mixer + ".conv1d.weight", [inner, 1, taps], .uniform(bound(taps))),
      InitialTensor(mixer + ".conv1d.bias", [inner], .uniform(bound(taps))),
      InitialTensor(
        mixer + ".in_proj.weight", [2 * inner, hidden], .uniform(bound(hidden)), isMatrix: true),
      InitialTensor(
        mixer + ".x_proj.weight", [rank + 2 * shape.stateSize, inner], .uniform(bound(inner)),
        isMatrix: true),
      InitialTensor(
        mixer + ".dt_proj.weight", [inner, rank], .uniform(bound(rank)), isMatrix: true),
      InitialTensor(
        mixer + ".out_proj.weight", [hidden, inner], .uniform(outputBound), isMatrix: true),
    ]
  }

  private var configuration: String {
    """
    {
      "architectures": ["MambaForCausalLM"],
      "model_type": "mamba",
      "vocab_size": \(shape.vocabularySize),
      "hidden_size": \(shape.hiddenSize),
      "intermediate_size": \(shape.innerSize),
      "num_hidden_layers": \(shape.layerCount),
      "state_size": \(shape.stateSize),
      "conv_kernel": \(shape.convolutionWidth),
      "expand": 2,
      "time_step_rank": \(shape.timeStepRank),
      "layer_norm_epsilon": 1e-05,
      "hidden_act": "silu",
      "use_bias": false,
      "use_conv_bias": true,
      "tie_word_embeddings": true
    }

    """
  }
}
