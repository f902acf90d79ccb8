import Checkpoint
import Foundation
import Testing

/// A temporary folder with a tiny verifier and a tiny drafter in it.
final class TinyModels {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "specdecode-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let fixture = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/verifier")
    try FileManager.default.copyItem(at: fixture, to: url.appending(path: "verifier"))
    try TinyDrafter().write(to: url.appending(path: "drafter"))
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// The path of something in the folder.
  func path(_ name: String) -> String {
    url.appending(path: name).path(percentEncoded: false)
  }

  /// Writes a file into the folder.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  /// The arguments of a run with the two models.
  func run(_ arguments: String...) -> [String] {
    ["run", "--verifier", path("verifier"), "--drafter", path("drafter")] + arguments
  }
}

/// A subword Mamba of a few thousand made-up weights: the 256 bytes, and pairs of them.
struct TinyDrafter {
  var vocabularySize = 260
  var tokenizerPairs = ["th", "he", "in", "er"]
  var poison: Float?
  private let hidden = 8
  private let inner = 16

  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    try tokenizer().write(to: folder.appending(path: "tokenizer.json"))
    let tensors = tensors
    var writer = try SafetensorsWriter(
      url: folder.appending(path: "model.safetensors"), metadata: [:],
      entries: tensors.map { .init(name: $0.name, type: .f32, shape: $0.shape) })
    var state: UInt64 = 1
    for tensor in tensors {
      var values = (0..<tensor.shape.reduce(1, *)).map { _ in Self.next(&state) }
      if tensor.name == "backbone.layers.0.mixer.D", let poison { values[3] = poison }
      try writer.append(
        values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) } })
    }
    try writer.finish()
  }

  private static func next(_ state: inout UInt64) -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 24) - 0.5
  }

  private var configuration: String {
    """
    {"model_type": "mamba", "vocab_size": \(vocabularySize), "hidden_size": \(hidden),
     "intermediate_size": \(inner), "num_hidden_layers": 1, "state_size": 4, "conv_kernel": 4,
     "expand": 2, "time_step_rank": 2, "layer_norm_epsilon": 1e-05, "hidden_act": "silu",
     "use_bias": false, "use_conv_bias": true, "tie_word_embeddings": true}
    """
  }

  private var tensors: [(name: String, shape: [Int])] {
    let mixer = "backbone.layers.0.mixer"
    return [
      ("backbone.embeddings.weight", [vocabularySize, hidden]),
      ("\(mixer).A_log", [inner, 4]), ("\(mixer).D", [inner]),
      ("\(mixer).conv1d.bias", [inner]), ("\(mixer).conv1d.weight", [inner, 1, 4]),
      ("\(mixer).dt_proj.bias", [inner]), ("\(mixer).dt_proj.weight", [inner, 2]),
      ("\(mixer).in_proj.weight", [2 * inner, hidden]),
      ("\(mixer).out_proj.weight", [hidden, inner]),
      ("\(mixer).x_proj.weight", [10, inner]), ("backbone.layers.0.norm.weight", [hidden]),
      ("backbone.norm_f.weight", [hidden]),
    ]
  }

  private func tokenizer() throws -> Data {
    var vocabulary: [String: Int] = [:]
    for (byte, scalar) in Self.alphabet.enumerated() { vocabulary[String(scalar)] = byte }
    for (index, pair) in tokenizerPairs.enumerated() { vocabulary[pair] = 256 + index }
    let merges = tokenizerPairs.map { pair in pair.map { String($0) } }
    return try JSONSerialization.data(withJSONObject: [
      "version": "1.0", "added_tokens": [String](),
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false],
      "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": vocabulary, "merges": merges],
    ])
  }

  /// How byte-level tokenizers write bytes: printable ones as themselves, others from U+0100 on.
  private static let alphabet: [Unicode.Scalar] = {
    var next: UInt16 = 256
    return (UInt8.min...UInt8.max).map { byte in
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      if isPrintable { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "?"
    }
  }()
}
