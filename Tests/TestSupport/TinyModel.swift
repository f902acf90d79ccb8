import Checkpoint
package import Foundation

/// A Mamba checkpoint with random weights, small enough for the scalar kernels in a debug build.
package struct TinyModel: Sendable {
  /// How the matrices are stored; everything else is F32.
  package enum Storage: String, Sendable, CaseIterable {
    case f32, bf16, f16, i8
  }

  package var vocabularySize = 256
  package var hiddenSize = 24
  package var innerSize = 40
  package var layerCount = 2
  package var stateSize = 16
  package var convolutionWidth = 4
  package var timeStepRank = 3
  package var tiesEmbeddings = true
  package var hasProjectionBias = false
  package var hasConvolutionBias = true
  package var usesLayerNorm = false
  /// Whether a head that is stored has the embedding's values.
  package var repeatsEmbedding = false
  package var storage = Storage.f32
  package var layout = TinyLayout()
  package var seed: UInt64 = 1

  /// Fields of `config.json` to write otherwise: name -> JSON text, nil to leave the field out.
  package var fields: [String: String?] = [:]

  /// Free-form texts of `model.safetensors`, besides the format.
  package var metadata: [String: String] = [:]

  /// What to do to some tensors before they are written, by name.
  package var changes: [String: TensorChange] = [:]

  /// A byte-level model with two layers.
  package init() {}

  /// Writes `config.json` and the weights into a new directory.
  package func write() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try write(to: directory.url)
    return directory
  }

  /// Writes `config.json` and the weights.
  package func write(to directory: URL) throws {
    try Data(configuration.utf8).write(to: directory.appending(path: "config.json"))
    var generator = SeededGenerator(seed: seed)
    let tensors = tensors(&generator).compactMap { tensor in
      changes[tensor.name].map { $0.applied(to: tensor) } ?? tensor
    }.map(layout.renamed)
    if layout.isPickled {
      return try Data(TorchBytes.file(tensors))
        .write(to: directory.appending(path: "pytorch_model.bin"))
    }
    var writer = try SafetensorsWriter(
      url: directory.appending(path: "model.safetensors"),
      metadata: metadata.merging(["format": "pt"]) { given, _ in given },
      entries: tensors.map { .init(name: $0.name, type: $0.type, shape: $0.shape) })
    for tensor in tensors { try writer.append(tensor.bytes) }
    try writer.finish()
  }

  /// What stands in `config.json`.
  package var configuration: String {
    var all = [
      "model_type": "\"mamba\"", "vocab_size": "\(vocabularySize)",
      "hidden_size": "\(hiddenSize)", "intermediate_size": "\(innerSize)",
      "num_hidden_layers": "\(layerCount)", "state_size": "\(stateSize)",
      "conv_kernel": "\(convolutionWidth)", "expand": "2",
      "time_step_rank": "\(timeStepRank)", "layer_norm_epsilon": "1e-05",
      "hidden_act": "\"silu\"", "use_bias": "\(hasProjectionBias)",
      "use_conv_bias": "\(hasConvolutionBias)", "tie_word_embeddings": "\(tiesEmbeddings)",
    ]
    if usesLayerNorm { all["rms_norm"] = "false" }
    if layout.isOriginal {
      all = layout.originalFields(of: self)
    }
    for (name, json) in fields { all[name] = json }
    let members = all.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
    return "{\(members.joined(separator: ",\n "))}\n"
  }

  private func tensors(_ generator: inout SeededGenerator) -> [RandomTensor] {
    var tensors = matrix("backbone.embeddings.weight", [vocabularySize, hiddenSize], &generator)
    for layer in 0..<layerCount { tensors += self.layer(layer, &generator) }
    tensors += norm("backbone.norm_f", &generator)
    if !tiesEmbeddings {
      tensors +=
        repeatsEmbedding
        ? tensors.compactMap { $0.copy(of: "backbone.embeddings.weight", as: "lm_head.weight") }
        : matrix("lm_head.weight", [vocabularySize, hiddenSize], &generator)
    }
    return tensors
  }

  private func layer(_ index: Int, _ generator: inout SeededGenerator) -> [RandomTensor] {
    let layer = "backbone.layers.\(index)"
    let mixer = layer + ".mixer"
    var tensors = norm(layer + ".norm", &generator)
    tensors += [
      .vector(mixer + ".A_log", [innerSize, stateSize], 0...2.5, &generator),
      .vector(mixer + ".D", [innerSize], 0.5...1.5, &generator),
      .vector(mixer + ".dt_proj.bias", [innerSize], -4...0, &generator),
      .vector(
        mixer + ".conv1d.weight", [innerSize, 1, convolutionWidth], -0.7...0.7, &generator),
    ]
    if hasConvolutionBias {
      tensors.append(.vector(mixer + ".conv1d.bias", [innerSize], -0.2...0.2, &generator))
    }
    if hasProjectionBias {
      tensors.append(.vector(mixer + ".in_proj.bias", [2 * innerSize], -0.2...0.2, &generator))
      tensors.append(.vector(mixer + ".out_proj.bias", [hiddenSize], -0.2...0.2, &generator))
    }
    tensors += matrix(mixer + ".in_proj.weight", [2 * innerSize, hiddenSize], &generator)
    tensors += matrix(
      mixer + ".x_proj.weight", [timeStepRank + 2 * stateSize, innerSize], &generator)
    tensors += matrix(mixer + ".dt_proj.weight", [innerSize, timeStepRank], &generator)
    tensors += matrix(mixer + ".out_proj.weight", [hiddenSize, innerSize], &generator)
    return tensors
  }

  private func norm(_ name: String, _ generator: inout SeededGenerator) -> [RandomTensor] {
    let weight = RandomTensor.vector(name + ".weight", [hiddenSize], 0.5...1.5, &generator)
    guard usesLayerNorm else { return [weight] }
    return [weight, .vector(name + ".bias", [hiddenSize], -0.5...0.5, &generator)]
  }

  private func matrix(
    _ name: String, _ shape: [Int], _ generator: inout SeededGenerator
  ) -> [RandomTensor] {
    let limit = (3 / Float(shape[1])).squareRoot()
    let tensor = RandomTensor.vector(name, shape, -limit...limit, &generator)
    guard storage == .i8 else { return [tensor.stored(as: storage)] }
    return [
      .bytes(name, shape, &generator),
      .vector(name + "_scale", [shape[0]], limit / 160...limit / 100, &generator),
    ]
  }
}
