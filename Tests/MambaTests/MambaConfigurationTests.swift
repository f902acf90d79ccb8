import Checkpoint
import Foundation
import Mamba
import TestSupport
import Testing

/// What `config.json` may say: every value is checked, and an error names the field.
@Suite struct MambaConfigurationTests {
  private static func configuration(
    _ fields: [String: String?]
  ) throws -> MambaConfiguration {
    // The tensors are not looked at.
    var model = TinyModel()
    (model.vocabularySize, model.hiddenSize, model.innerSize) = (1, 1, 1)
    (model.layerCount, model.stateSize) = (1, 1)
    model.fields = fields
    let directory = try model.write()
    return MambaConfiguration(
      try DeclaredConfiguration(of: CheckpointDirectory(contentsOf: directory.url)))
  }

  private static func error(_ fields: [String: String?]) throws -> CheckpointError? {
    do {
      _ = try configuration(fields)
      return nil
    } catch let error as CheckpointError {
      return error
    }
  }

  private static func expectInvalid(
    _ field: String, _ json: String?, found: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let error = try error([field: json])
    guard case .invalidConfiguration(let file, field, let value, let remedy) = error else {
      Issue.record("\(field) \(json ?? "missing"): \(error?.description ?? "accepted")")
      return
    }
    #expect(file.hasSuffix("config.json"), sourceLocation: sourceLocation)
    if let found { #expect(value == found, sourceLocation: sourceLocation) }
    #expect(!remedy.isEmpty, sourceLocation: sourceLocation)
    let text = error?.description ?? ""
    #expect(
      text.contains(file) && text.contains(field) && text.contains(value),
      sourceLocation: sourceLocation)
  }

  static let counts = [
    "vocab_size", "hidden_size", "num_hidden_layers", "state_size", "conv_kernel", "expand",
    "intermediate_size", "time_step_rank",
  ]

  @Test(
    arguments: counts,
    [
      "0", "-1", "-9223372036854775808", "1.5", "1e300", "9223372036854775807",
      "18446744073709551616", "1e999", "true", "false", "\"64\"", "\"\"", "[64]", "{\"a\": 64}",
      "16777217", "-0.0", "1e-320",
    ])
  func `a count that is not a whole number within its limits is refused`(
    field: String, json: String
  ) throws {
    try Self.expectInvalid(field, json)
  }

  @Test(arguments: ["vocab_size", "hidden_size", "num_hidden_layers"])
  func `a count that the model cannot do without is asked for`(field: String) throws {
    try Self.expectInvalid(field, nil, found: "missing")
    try Self.expectInvalid(field, "null", found: "missing")
    try Self.expectInvalid(field, "\"auto\"", found: "\"auto\"")
  }

  @Test(arguments: [
    #"1, "extra": 2"#, #"1, "\u0065xtra": 1"#, #"[{"extra": 1, "b": [], "extra": {}}]"#,
  ])
  func `a key that stands twice in one object is refused`(json: String) throws {
    let error = try Self.error(["extra": json])
    guard case .invalidConfiguration(_, _, "an object with the key \"extra\" twice", _) = error
    else {
      Issue.record("\(error?.description ?? "accepted")")
      return
    }
  }

  @Test func `a key may stand in several objects, and be a value`() throws {
    #expect(
      try Self.error(["extra": #"[{"extra": "extra"}, {"extra": ["extra", "extra"]}]"#]) == nil)
  }

  @Test func `a whole number may be written with an exponent or a fraction of zero`() throws {
    let configuration = try Self.configuration(["vocab_size": "2.56e2", "hidden_size": "24.0"])
    #expect(configuration.vocabularySize == 256)
    #expect(configuration.hiddenSize == 24)
  }

  @Test(arguments: [
    "0", "-1e-5", "1", "2", "1e-60", "1e999", "true", "\"1e-5\"", "[]", "{}",
  ])
  func `an epsilon outside 0 to 1 is refused`(json: String) throws {
    try Self.expectInvalid("layer_norm_epsilon", json)
  }

  @Test(
    arguments: ["tie_word_embeddings", "use_bias", "use_conv_bias"],
    ["0", "1", "\"true\"", "[]", "{}", "0.5"])
  func `a flag that is neither true nor false is refused`(field: String, json: String) throws {
    try Self.expectInvalid(field, json)
  }

  @Test(arguments: [
    "\"mamba2\"", "\"llama\"", "\"Mamba\"", "1", "true", "[\"mamba\"]", nil, "null",
  ])
  func `another kind of model is refused`(json: String?) throws {
    try Self.expectInvalid("model_type", json)
  }

  @Test(arguments: ["\"gelu\"", "\"SiLU\"", "1", "[]"])
  func `another activation is refused`(json: String) throws {
    try Self.expectInvalid("hidden_act", json)
  }

  @Test func `what may be absent has the defaults of Hugging Face`() throws {
    let configuration = try Self.configuration([
      "state_size": nil, "conv_kernel": nil, "expand": nil, "intermediate_size": nil,
      "time_step_rank": nil, "layer_norm_epsilon": nil, "tie_word_embeddings": nil,
      "use_bias": nil, "use_conv_bias": nil, "hidden_act": nil, "hidden_size": "100",
    ])
    #expect(configuration.stateSize == 16)
    #expect(configuration.convolutionWidth == 4)
    #expect(configuration.innerSize == 200)
    #expect(configuration.timeStepRank == 7)
    #expect(configuration.normEpsilon == 1e-5)
    #expect(configuration.tiesEmbeddings)
    #expect(!configuration.hasProjectionBias)
    #expect(configuration.hasConvolutionBias)
  }

  @Test func `null is the same as absent`() throws {
    let configuration = try Self.configuration([
      "intermediate_size": "null", "time_step_rank": "null", "use_bias": "null",
      "hidden_size": "24",
    ])
    #expect(configuration.innerSize == 48)
    #expect(configuration.timeStepRank == 2)
    #expect(!configuration.hasProjectionBias)
  }

  @Test(arguments: [(16, 1), (17, 2), (1, 1), (2560, 160)])
  func `an automatic rank is a sixteenth of the width, rounded up`(width: Int, rank: Int) throws {
    let configuration = try Self.configuration([
      "time_step_rank": "\"auto\"", "hidden_size": "\(width)",
    ])
    #expect(configuration.timeStepRank == rank)
  }

  @Test func `the expansion gives the inner size unless that is given`() throws {
    #expect(
      try Self.configuration(["expand": "3", "intermediate_size": nil]).innerSize == 3)
    #expect(try Self.configuration(["expand": "3"]).innerSize == 1)
  }

  @Test func `an expansion beyond the limit of the inner size is refused`() throws {
    let error = try Self.error([
      "hidden_size": "1048576", "expand": "3", "intermediate_size": nil,
    ])
    guard case .invalidConfiguration(_, let field, let value, _) = error else {
      Issue.record("\(error?.description ?? "accepted")")
      return
    }
    #expect(field == "expand")
    #expect(value == "3")
  }

  @Test func `fields that are unknown are ignored, whatever they hold`() throws {
    let fields = [
      "a": "1e999", "b": "[[], {\"c\": [true, null]}]", "residual_in_fp32": "true", "d": "\"\"",
    ]
    let plain = try Self.configuration([:])
    #expect(try Self.configuration(fields) == plain)
  }

  @Test(arguments: ["", "null", "[]", "1", "\"mamba\"", "{", "{\"model_type\": }", "\u{FEFF}"])
  func `a file that is not a JSON object is refused`(text: String) throws {
    let directory = try TinyModel().write()
    try Data(text.utf8).write(to: directory.url.appending(path: "config.json"))
    let error = #expect(throws: CheckpointError.self) {
      try MambaConfiguration(of: CheckpointDirectory(contentsOf: directory.url))
    }
    guard case .invalidConfiguration(let file, _, _, _) = error else {
      Issue.record("\(error?.description ?? "accepted")")
      return
    }
    #expect(file.hasSuffix("config.json"))
  }

  @Test func `arithmetic does not overflow at the limits of every field`() throws {
    let configuration = try Self.configuration([
      "vocab_size": "16777216", "hidden_size": "1048576", "intermediate_size": "2097152",
      "num_hidden_layers": "65536", "state_size": "4096", "conv_kernel": "1024",
      "expand": "1024", "time_step_rank": "1048576",
    ])
    #expect(configuration.stateByteCount == 65536 * 2_097_152 * (4096 + 1023) * 4)
  }
}
