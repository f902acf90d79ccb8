import Checkpoint
import Foundation
import Kernels
import Mamba
import TestSupport
import Testing

/// Weights that do not fit the configuration, or are damaged, never become a model.
@Suite struct MambaLoadingTests {
  private static let mixer = "backbone.layers.1.mixer"

  /// Every tensor of `model`, those of one layer, with its shape.
  static let tensors: [(name: String, shape: [Int])] =
    [("backbone.embeddings.weight", [20, 6]), ("backbone.norm_f.weight", [6])]
    + [("lm_head.weight", [20, 6]), ("backbone.layers.1.norm.weight", [6])]
    + [
      ("A_log", [10, 4]), ("D", [10]), ("conv1d.weight", [10, 1, 4]), ("conv1d.bias", [10]),
      ("in_proj.weight", [20, 6]), ("in_proj.bias", [20]), ("x_proj.weight", [11, 10]),
      ("dt_proj.weight", [10, 3]), ("dt_proj.bias", [10]), ("out_proj.weight", [6, 10]),
      ("out_proj.bias", [6]),
    ].map { ("\(mixer).\($0.0)", $0.1) }

  /// A model with all optional parts.
  private static let model: TinyModel = {
    var model = TinyModel()
    (model.vocabularySize, model.hiddenSize, model.innerSize) = (20, 6, 10)
    (model.stateSize, model.tiesEmbeddings, model.hasProjectionBias) = (4, false, true)
    return model
  }()

  private static func model(_ name: String, _ change: TensorChange) -> TinyModel {
    var model = model
    model.changes = [name: change]
    return model
  }

  @Test func `a model with all optional parts loads`() throws {
    #expect(try Self.model.loadingError() == nil)
  }

  @Test(arguments: tensors)
  func `a missing tensor is named`(name: String, shape: [Int]) throws {
    guard case .missingTensor(_, name)? = try Self.model(name, .missing).loadingError() else {
      Issue.record("\(name) was not missed")
      return
    }
  }

  @Test(arguments: tensors, [Float.nan, .infinity, -.infinity])
  func `a weight that is not finite is refused with its place`(
    tensor: (name: String, shape: [Int]), value: Float
  ) throws {
    for element in [0, tensor.shape.reduce(1, *) - 1] {
      let error = try Self.model(tensor.name, .element(element, value)).loadingError()
      guard case .notFinite(let file, let name, element)? = error else {
        Issue.record("\(tensor.name) \(element): \(error?.description ?? "accepted")")
        return
      }
      #expect(name == tensor.name)
      #expect(file.hasSuffix("model.safetensors"))
    }
  }

  @Test(arguments: tensors)
  func `a tensor of another shape is refused with both shapes`(
    name: String, shape: [Int]
  ) throws {
    var transposed = Array(shape.reversed())
    if transposed == shape { transposed.append(1) }
    let larger = [shape[0] + 1] + shape.dropFirst()
    for other in [transposed, larger, [shape.reduce(1, *)] + [1], [], [0]] {
      let error = try Self.model(name, .shape(other)).loadingError()
      guard case .unexpectedShape(_, name, shape, other)? = error else {
        Issue.record("\(name) \(other): \(error?.description ?? "accepted")")
        return
      }
    }
  }

  @Test(arguments: tensors, [TensorType.f64, .i32, .u8, .bool])
  func `a tensor of an unusable type is refused`(
    tensor: (name: String, shape: [Int]), type: TensorType
  ) throws {
    let error = try Self.model(tensor.name, .type(type)).loadingError()
    guard case .unsupportedType(_, let name, type.rawValue, _)? = error else {
      Issue.record("\(tensor.name): \(error?.description ?? "accepted")")
      return
    }
    #expect(name == tensor.name)
  }

  @Test(
    arguments: [
      ("vocab_size", 21), ("vocab_size", 1 << 24), ("hidden_size", 7), ("hidden_size", 1 << 20),
      ("intermediate_size", 9), ("intermediate_size", 1 << 21), ("conv_kernel", 5),
      ("conv_kernel", 1 << 10), ("state_size", 5), ("state_size", 1 << 12),
      ("time_step_rank", 1 << 20), ("num_hidden_layers", 1), ("num_hidden_layers", 65536),
    ])
  func `the tensors win over a configuration that contradicts them, with a warning`(
    field: String, value: Int
  ) throws {
    var model = Self.model
    model.fields = [field: "\(value)"]
    let right = try Self.model.load()
    let wrong = try model.load()
    let warnings = wrong.configuration.warnings
    #expect(warnings.map(\.field) == [field])
    #expect(warnings.first?.declared == "\(value)")
    #expect(warnings.first?.description.contains("config.json") == true)
    #expect(right.configuration.warnings.isEmpty)
    #expect(try wrong.logits(of: [1, 2]) == right.logits(of: [1, 2]))
  }

  @Test(arguments: [
    ("use_bias", "true"), ("use_conv_bias", "true"), ("tie_word_embeddings", "false"),
  ])
  func `a part that the configuration denies is used when it is stored, with a warning`(
    field: String, truth: String
  ) throws {
    var model = Self.model
    model.fields = [field: truth == "true" ? "false" : "true"]
    let loaded = try model.load()
    #expect(loaded.configuration.warnings.map(\.field) == [field])
    #expect(try loaded.logits(of: [1, 2]) == Self.model.load().logits(of: [1, 2]))
    // What is not said contradicts nothing.
    model.fields = [field: nil]
    let silent = try model.load()
    #expect(silent.configuration.warnings.isEmpty)
    #expect(try silent.logits(of: [1, 2]) == Self.model.load().logits(of: [1, 2]))
  }

  @Test(arguments: [
    ("use_bias", "backbone.layers.0.mixer.in_proj.bias"),
    ("tie_word_embeddings", "lm_head.weight"),
  ])
  func `a part that the configuration promises is asked for`(field: String, tensor: String) throws {
    var model = Self.model
    (model.tiesEmbeddings, model.hasProjectionBias) = (true, false)
    model.fields = [field: field == "use_bias" ? "true" : "false"]
    guard case .missingTensor(_, tensor)? = try model.loadingError() else {
      Issue.record("\(tensor) was not missed")
      return
    }
  }

  @Test(arguments: [
    "backbone.embeddings.weight", "lm_head.weight", "\(mixer).in_proj.weight",
    "\(mixer).x_proj.weight", "\(mixer).dt_proj.weight", "\(mixer).out_proj.weight",
  ])
  func `a quantised matrix needs finite scales, one a row`(name: String) throws {
    func error(_ change: TensorChange) throws -> CheckpointError? {
      var model = Self.model
      model.storage = .i8
      model.changes = [name + "_scale": change]
      return try model.loadingError()
    }
    if case .missingTensor(_, let tensor)? = try error(.missing) {
      #expect(tensor == name + "_scale")
    } else {
      Issue.record("scales were not missed")
    }
    let damaged = [
      try error(.element(1, .nan)), try error(.element(0, 1e38)), try error(.shape([1])),
      try error(.shape([6, 1])), try error(.type(.f16)),
    ]
    for error in damaged { #expect(error?.description.contains(name + "_scale") == true) }
  }

  @Test func `decay rates that overflow are refused with the tensor's name`() throws {
    let error = try Self.model("\(Self.mixer).A_log", .element(5, 90)).loadingError()
    guard case .notFinite(_, let name, 5)? = error else {
      Issue.record("\(error?.description ?? "accepted")")
      return
    }
    #expect(name.contains("\(Self.mixer).A_log"))
  }

  @Test(arguments: TinyModel.Storage.allCases)
  func `every storage gives finite logits that depend on the text`(
    storage: TinyModel.Storage
  ) throws {
    var tiny = TinyModel()
    tiny.storage = storage
    let logits = try tiny.load().logits(of: [1, 2, 1, 2])
    #expect(logits.allSatisfy { $0.isFinite })
    #expect(Set(logits).count > 1000)
    #expect(logits[..<256] != logits[512..<768])
  }

  @Test func `the packed weights take the bytes that the layout says`() throws {
    let tiny = TinyModel()
    let model = try tiny.load()
    // Rows in panels of 16: embedding; then a layer's in_proj halves, x_proj, dt_proj, out_proj.
    let matrices = 256 * 24 + 2 * (2 * 48 * 24 + 48 * 40 + 48 * 3 + 32 * 40)
    let biases = 2 * 48
    let vectors = 32 + 2 * (32 + 48 * 4 + 48 + 48 * 16 + 48)
    #expect(model.weightByteCount == 4 * (matrices + biases + vectors))
  }
}
