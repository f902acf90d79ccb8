import Checkpoint
import Kernels
import Mamba
import TestSupport
import Testing

/// How many bits activations have is read from the files and is part of what the model computes.
@Suite struct ActivationWidthTests {
  private static let model: TinyModel = {
    var model = TinyModel()
    model.storage = .i8
    return model
  }()

  private static let matrices =
    ["backbone.embeddings.weight"]
    + (0..<2).flatMap { layer in
      ["in_proj", "x_proj", "dt_proj", "out_proj"].map {
        "backbone.layers.\(layer).mixer.\($0).weight"
      }
    }

  private static func logits(_ metadata: [String: String]) throws -> Bits {
    var model = model
    model.metadata = metadata
    return Bits(try model.load().logits(of: [1, 2, 3]))
  }

  private static func widths(_ width: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: matrices.map { ("activation_bits.\($0)", width) })
  }

  @Test func `8 bits are meant where nothing is said`() throws {
    let logits = try Self.logits([:])
    #expect(try Self.logits(["activation_bits": "8"]) == logits)
    #expect(try Self.logits(Self.widths("8")) == logits)
  }

  @Test func `one width for all is that width for each`() throws {
    let wide = try Self.logits(["activation_bits": "15"])
    #expect(try wide != Self.logits([:]))
    #expect(try Self.logits(Self.widths("15")) == wide)
  }

  @Test func `the width of a matrix goes before that of all`() throws {
    let all = ["activation_bits": "15"]
    #expect(
      try Self.logits(all.merging(Self.widths("8")) { $1 }) == Self.logits([:]))
  }

  @Test(arguments: matrices)
  func `each matrix has a width of its own`(matrix: String) throws {
    let one = try Self.logits(["activation_bits.\(matrix)": "15"])
    #expect(try one != Self.logits([:]))
    #expect(try one != Self.logits(["activation_bits": "15"]))
  }

  @Test(arguments: matrices)
  func `a matrix of another layout may have either of its names`(matrix: String) throws {
    var model = Self.model
    model.metadata = ["activation_bits.\(matrix)": "15"]
    let logits = try Bits(model.load().logits(of: [1, 2, 3]))
    (model.layout.isOriginal, model.layout.prefix) = (true, "module.")
    #expect(try Bits(model.load().logits(of: [1, 2, 3])) == logits)
    let stored = "module." + matrix.replacing("embeddings", with: "embedding")
    model.metadata = ["activation_bits.\(stored)": "15"]
    #expect(try Bits(model.load().logits(of: [1, 2, 3])) == logits)
  }

  @Test func `two widths for one matrix are refused`() throws {
    var model = Self.model
    model.layout.prefix = "module."
    let matrix = "backbone.embeddings.weight"
    model.metadata = [
      "activation_bits.\(matrix)": "15", "activation_bits.module.\(matrix)": "8",
    ]
    let error = try model.loadingError()
    guard case .malformedHeader(_, let field, let found, let expected)? = error else {
      Issue.record("\(error?.description ?? "accepted")")
      return
    }
    #expect(field == "__metadata__ of \"activation_bits.module.\(matrix)\"")
    #expect(found == "\"8\"")
    #expect(expected.contains("\"15\""))
    model.metadata["activation_bits.module.\(matrix)"] = "15"
    #expect(try model.loadingError() == nil)
  }

  @Test func `weights that are no integers have no use for a width`() throws {
    var model = TinyModel()
    let logits = try Bits(model.load().logits(of: [1, 2, 3]))
    model.metadata = ["activation_bits": "15"]
    #expect(try Bits(model.load().logits(of: [1, 2, 3])) == logits)
  }

  @Test(arguments: ["16", "", " 8", "08", "+8", "15.0", "-15", "fifteen"])
  func `another width is refused with file, key and value`(value: String) throws {
    for key in ["activation_bits", "activation_bits.backbone.embeddings.weight"] {
      var model = Self.model
      model.metadata = [key: value]
      let error = try model.loadingError()
      guard case .malformedHeader(let file, let field, let found, let expected)? = error else {
        Issue.record("\(value): \(error?.description ?? "accepted")")
        return
      }
      #expect(file.hasSuffix("model.safetensors"))
      #expect(field == "__metadata__ of \"\(key)\"")
      #expect(found == "\"\(value)\"")
      #expect(expected == "\"8\" or \"15\"")
    }
  }

  @Test(arguments: [
    "backbone.embedding.weight", "", "backbone.norm_f.weight", "backbone.embeddings.weight_scale",
  ])
  func `the width of what is no int8 matrix is refused`(tensor: String) throws {
    var model = Self.model
    model.metadata = ["activation_bits.\(tensor)": "15"]
    let error = try model.loadingError()
    guard case .malformedHeader(_, let field, _, let expected)? = error else {
      Issue.record("\(tensor): \(error?.description ?? "accepted")")
      return
    }
    #expect(field.contains("activation_bits.\(tensor)"))
    #expect(expected.contains("I8"))
  }

  @Test func `what is stated replaces what was stated and leaves other texts alone`() {
    let widths = ActivationWidths(.bits15, except: ["a": .bits8, "b": .bits15])
    let old = ["format": "pt", "activation_bits.c": "15", "activation_bitset": "x"]
    #expect(
      widths.stated(in: old) == [
        "format": "pt", "activation_bitset": "x", "activation_bits": "15",
        "activation_bits.a": "8",
      ])
    #expect(ActivationWidths(.bits8).stated(in: ["activation_bits": "15"]).isEmpty)
    #expect(widths["a"] == .bits8)
    #expect(widths["b"] == .bits15)
  }
}
