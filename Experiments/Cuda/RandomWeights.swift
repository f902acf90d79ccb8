import Checkpoint
import Foundation

/// A model of any shape with random weights, written to a directory.
struct RandomWeights {
  var name = "random"
  var hidden = 64
  var inner = 128
  var layers = 2
  var state = 16
  var rank = 4
  var taps = 4
  var vocabulary = 256
  var type = TensorType.i8
  /// Of 15 bits: none, all, or those of one matrix of each layer.
  var wideActivations = WideActivations.none
  var usesLayerNorm = false
  var hasProjectionBias = false
  var hasConvolutionBias = true
  var tiesEmbeddings = true
  var seed: UInt64 = 1

  enum WideActivations: CaseIterable { case none, all, output }

  /// The shapes whose speed is measured.
  static let named = [
    RandomWeights(name: "384x4", hidden: 384, inner: 768, layers: 4, rank: 24, vocabulary: 16384),
    RandomWeights(name: "small", hidden: 512, inner: 1024, layers: 16, rank: 32),
    RandomWeights(name: "mb353", hidden: 1024, inner: 2048, layers: 53, rank: 64),
    RandomWeights(name: "mb972", hidden: 1792, inner: 3584, layers: 48, rank: 112),
  ]

  /// A ragged shape.
  init(raggedBy generator: inout SplitMix) {
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    hidden = pick(3...150)
    inner = pick(3...230)
    layers = pick(1...3)
    state = [1, 5, 16, 16, 16, 20, 33].randomElement(using: &generator) ?? 16
    rank = pick(1...70)
    taps = pick(1...6)
    vocabulary = pick(2...300)
    type = [.i8, .i8, .i8, .i8, .f32, .bf16, .f16].randomElement(using: &generator) ?? .i8
    if type == .i8 {
      wideActivations = WideActivations.allCases.randomElement(using: &generator) ?? .none
    }
    usesLayerNorm = Bool.random(using: &generator)
    hasProjectionBias = Bool.random(using: &generator)
    hasConvolutionBias = Bool.random(using: &generator)
    tiesEmbeddings = Bool.random(using: &generator)
    seed = generator.next()
  }

  init(name: String, hidden: Int, inner: Int, layers: Int, rank: Int, vocabulary: Int = 256) {
    self.name = name
    self.hidden = hidden
    self.inner = inner
    self.layers = layers
    self.rank = rank
    self.vocabulary = vocabulary
  }

  var description: String {
    "\(name) \(hidden)/\(inner)x\(layers) N\(state) r\(rank) k\(taps) V\(vocabulary) "
      + "\(type.rawValue) 15:\(wideActivations) \(usesLayerNorm ? "LN" : "RMS") "
      + "bias:\(hasProjectionBias) conv:\(hasConvolutionBias) tied:\(tiesEmbeddings)"
  }

  private struct Tensor {
    let name: String
    let shape: [Int]
    let range: ClosedRange<Float>
    var isMatrix = false

    var count: Int { shape.reduce(1, *) }
  }

  func write(to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    var entries: [SafetensorsWriter.Entry] = []
    let all = tensors.filter { !$0.isMatrix } + tensors.filter(\.isMatrix)
    let scaled = type == .i8 ? all.filter(\.isMatrix) : []
    for tensor in all.filter({ !$0.isMatrix }) {
      entries.append(.init(name: tensor.name, type: .f32, shape: tensor.shape))
    }
    for tensor in scaled {
      entries.append(.init(name: tensor.name + "_scale", type: .f32, shape: [tensor.shape[0]]))
    }
    for tensor in all.filter(\.isMatrix) {
      entries.append(.init(name: tensor.name, type: type, shape: tensor.shape))
    }
    var metadata = ["format": "pt"]
    switch wideActivations {
    case .none: break
    case .all: metadata["activation_bits"] = "15"
    case .output:
      for layer in 0..<layers {
        metadata["activation_bits.backbone.layers.\(layer).mixer.out_proj.weight"] = "15"
        metadata["activation_bits.backbone.layers.\(layer).mixer.dt_proj.weight"] = "15"
      }
    }
    var writer = try SafetensorsWriter(
      url: directory.appending(path: "model.safetensors"), metadata: metadata, entries: entries)
    var generator = SplitMix(seed: seed)
    for tensor in all where !tensor.isMatrix {
      try writer.append(floats(tensor.count, tensor.range, .f32, &generator))
    }
    for tensor in scaled {
      let scale = tensor.range.upperBound / 127
      try writer.append(floats(tensor.shape[0], scale / 2...scale * 1.5, .f32, &generator))
    }
    for tensor in all where tensor.isMatrix {
      try writer.append(floats(tensor.count, tensor.range, type, &generator))
    }
    try writer.finish()
    try Data(configuration.utf8).write(to: directory.appending(path: "config.json"))
  }

  private func floats(
    _ count: Int, _ range: ClosedRange<Float>, _ type: TensorType, _ generator: inout SplitMix
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    if type == .i8 {
      bytes.reserveCapacity(count + 8)
      while bytes.count < count {
        var word = generator.next()
        for _ in 0..<8 {
          // From -127 to 127.
          let byte = UInt8(truncatingIfNeeded: word)
          bytes.append(byte == 0x80 ? 0 : byte)
          word >>= 8
        }
      }
      bytes.removeLast(bytes.count - count)
      return bytes
    }
    for _ in 0..<count {
      let unit = Float(generator.next() >> 40) / Float(1 << 24)
      let value = range.lowerBound + (range.upperBound - range.lowerBound) * unit
      switch type {
      case .bf16: append(UInt16(value.bitPattern >> 16), to: &bytes)
      case .f16: append(half(value), to: &bytes)
      default: append(value.bitPattern, to: &bytes)
      }
    }
    return bytes
  }

  /// Towards zero; subnormal numbers too.
  private func half(_ value: Float) -> UInt16 {
    let sign: UInt16 = value < 0 ? 0x8000 : 0
    let quanta = Int(abs(value) * Float(1 << 24))
    if quanta < 1024 { return sign | UInt16(quanta) }
    let top = Int.bitWidth - 1 - quanta.leadingZeroBitCount
    return sign | UInt16(top - 9) << 10 | UInt16(quanta >> (top - 10) & 1023)
  }

  private func append<Word: FixedWidthInteger>(_ word: Word, to bytes: inout [UInt8]) {
    for index in 0..<Word.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: word >> Word(8 * index)))
    }
  }

  private var tensors: [Tensor] {
    var all: [Tensor] = []
    func matrix(_ name: String, _ rows: Int, _ columns: Int, _ factor: Float = 1.7) {
      let bound = factor / Float(columns).squareRoot()
      all.append(Tensor(name: name, shape: [rows, columns], range: -bound...bound, isMatrix: true))
    }
    func vector(_ name: String, _ shape: [Int], _ range: ClosedRange<Float>) {
      all.append(Tensor(name: name, shape: shape, range: range))
    }
    func norm(_ name: String) {
      vector(name + ".weight", [hidden], 0.5...1.5)
      if usesLayerNorm { vector(name + ".bias", [hidden], -0.2...0.2) }
    }
    matrix("backbone.embeddings.weight", vocabulary, hidden)
    if !tiesEmbeddings { matrix("lm_head.weight", vocabulary, hidden) }
    norm("backbone.norm_f")
    for layer in 0..<layers {
      let prefix = "backbone.layers.\(layer)"
      let mixer = prefix + ".mixer"
      norm(prefix + ".norm")
      vector(mixer + ".A_log", [inner, state], 0...3)
      vector(mixer + ".D", [inner], 0.5...1.5)
      vector(mixer + ".conv1d.weight", [inner, 1, taps], -0.5...0.5)
      if hasConvolutionBias { vector(mixer + ".conv1d.bias", [inner], -0.5...0.5) }
      vector(mixer + ".dt_proj.bias", [inner], -6.9 ... -2.2)
      if hasProjectionBias {
        vector(mixer + ".in_proj.bias", [2 * inner], -0.2...0.2)
        vector(mixer + ".out_proj.bias", [hidden], -0.2...0.2)
      }
      matrix(mixer + ".in_proj.weight", 2 * inner, hidden)
      matrix(mixer + ".x_proj.weight", rank + 2 * state, inner)
      matrix(mixer + ".dt_proj.weight", inner, rank)
      matrix(mixer + ".out_proj.weight", hidden, inner, 1 / Float(layers).squareRoot())
    }
    return all
  }

  private var configuration: String {
    """
    {
      "model_type": "mamba", "vocab_size": \(vocabulary), "hidden_size": \(hidden),
      "intermediate_size": \(inner), "num_hidden_layers": \(layers), "state_size": \(state),
      "conv_kernel": \(taps), "time_step_rank": \(rank), "layer_norm_epsilon": 1e-05,
      "hidden_act": "silu", "use_bias": \(hasProjectionBias), "use_conv_bias": \(hasConvolutionBias),
      "rms_norm": \(!usesLayerNorm), "tie_word_embeddings": \(tiesEmbeddings)
    }

    """
  }
}

/// A small generator (Steele, Lea, Flood, OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
