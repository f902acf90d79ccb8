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
  package var storage = Storage.f32
  package var seed: UInt64 = 1

  /// A byte-level model with two layers.
  package init() {}

  /// Writes `config.json` and `model.safetensors` into a new directory.
  package func write() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try write(to: directory.url)
    return directory
  }

  /// Writes `config.json` and `model.safetensors`.
  package func write(to directory: URL) throws {
    try Data(configuration.utf8).write(to: directory.appending(path: "config.json"))
    var generator = SeededGenerator(seed: seed)
    let tensors = tensors(&generator)
    var writer = try SafetensorsWriter(
      url: directory.appending(path: "model.safetensors"), metadata: ["format": "pt"],
      entries: tensors.map { .init(name: $0.name, type: $0.type, shape: $0.shape) })
    for tensor in tensors { try writer.append(tensor.bytes) }
    try writer.finish()
  }

  /// What stands in `config.json`.
  package var configuration: String {
    """
    {"model_type": "mamba", "vocab_size": \(vocabularySize), "hidden_size": \(hiddenSize),
     "intermediate_size": \(innerSize), "num_hidden_layers": \(layerCount),
     "state_size": \(stateSize), "conv_kernel": \(convolutionWidth), "expand": 2,
     "time_step_rank": \(timeStepRank), "layer_norm_epsilon": 1e-05, "hidden_act": "silu",
     "use_bias": \(hasProjectionBias), "use_conv_bias": \(hasConvolutionBias),
     "tie_word_embeddings": \(tiesEmbeddings)}
    """
  }

  private func tensors(_ generator: inout SeededGenerator) -> [RandomTensor] {
    var tensors = matrix("backbone.embeddings.weight", [vocabularySize, hiddenSize], &generator)
    for layer in 0..<layerCount { tensors += self.layer(layer, &generator) }
    tensors.append(.vector("backbone.norm_f.weight", [hiddenSize], 0.5...1.5, &generator))
    if !tiesEmbeddings {
      tensors += matrix("lm_head.weight", [vocabularySize, hiddenSize], &generator)
    }
    return tensors
  }

  private func layer(_ index: Int, _ generator: inout SeededGenerator) -> [RandomTensor] {
    let layer = "backbone.layers.\(index)"
    let mixer = layer + ".mixer"
    var tensors: [RandomTensor] = [
      .vector(layer + ".norm.weight", [hiddenSize], 0.5...1.5, &generator),
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

private struct RandomTensor {
  let name: String
  let shape: [Int]
  var type: TensorType
  var bytes: [UInt8]

  static func vector(
    _ name: String, _ shape: [Int], _ range: ClosedRange<Float>,
    _ generator: inout SeededGenerator
  ) -> RandomTensor {
    var bytes: [UInt8] = []
    for _ in 0..<shape.reduce(1, *) {
      bytes += littleEndian(Float.random(in: range, using: &generator).bitPattern)
    }
    return RandomTensor(name: name, shape: shape, type: .f32, bytes: bytes)
  }

  static func bytes(
    _ name: String, _ shape: [Int], _ generator: inout SeededGenerator
  ) -> RandomTensor {
    let bytes = (0..<shape.reduce(1, *)).map { _ in
      UInt8(bitPattern: Int8.random(in: -127...127, using: &generator))
    }
    return RandomTensor(name: name, shape: shape, type: .i8, bytes: bytes)
  }

  func stored(as storage: TinyModel.Storage) -> RandomTensor {
    var tensor = self
    let words = stride(from: 0, to: bytes.count, by: 4).map { Self.word(bytes[$0..<$0 + 4]) }
    switch storage {
    case .f32, .i8: return self
    case .bf16:
      tensor.type = .bf16
      tensor.bytes = words.flatMap { Self.littleEndian(UInt16(truncatingIfNeeded: $0 >> 16)) }
    case .f16:
      tensor.type = .f16
      tensor.bytes = words.flatMap { Self.littleEndian(Self.half($0)) }
    }
    return tensor
  }

  /// The upper bits of a float as a half; numbers too small for one become zero.
  private static func half(_ bits: UInt32) -> UInt16 {
    let exponent = Int(bits >> 23 & 0xFF) - 112
    guard exponent > 0 else { return 0 }
    let sign = UInt16(truncatingIfNeeded: bits >> 31) << 15
    let fraction = UInt16(truncatingIfNeeded: bits >> 13 & 0x3FF)
    return sign | UInt16(truncatingIfNeeded: exponent) << 10 | fraction
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
