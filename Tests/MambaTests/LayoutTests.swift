import Checkpoint
import Foundation
import Mamba
import TestSupport
import Testing

/// One model in every layout is one model.
@Suite struct LayoutTests {
  private static let layouts: [TinyLayout] = {
    var layouts: [TinyLayout] = []
    for isOriginal in [false, true] {
      for isPickled in [false, true] {
        for prefix in ["", "module.", "model.", "module.model.", "_orig_mod."] {
          var layout = TinyLayout()
          (layout.isOriginal, layout.isPickled, layout.prefix) = (isOriginal, isPickled, prefix)
          layouts.append(layout)
        }
      }
    }
    return layouts
  }()

  @Test(arguments: layouts, ModelVariant.allCases)
  func `names, prefixes, configuration and format change nothing`(
    layout: TinyLayout, variant: ModelVariant
  ) throws {
    var model = variant.model
    // PyTorch's files have no texts, and so no widths of activations.
    if layout.isPickled { model.metadata = [:] }
    let expected = try model.load()
    model.layout = layout
    if layout.isOriginal { model.layout.multiple = 1 }
    let loaded = try model.load()
    #expect(loaded.configuration == expected.configuration)
    let tokens = variant.tokens(3)
    #expect(try loaded.logits(of: tokens) == expected.logits(of: tokens))
  }

  @Test(arguments: [false, true])
  func `a model that was saved without its head is read`(isPickled: Bool) throws {
    var model = TinyModel()
    model.layout.isHeadless = true
    model.layout.isPickled = isPickled
    #expect(try model.load().logits(of: [1, 2]) == TinyModel().load().logits(of: [1, 2]))
  }

  @Test func `padding of the vocabulary is told from tokens`() throws {
    var model = TinyModel()
    model.vocabularySize = 264
    model.layout.isOriginal = true
    (model.layout.tokenCount, model.layout.multiple) = (261, 8)
    let padded = try model.load().configuration
    #expect((padded.vocabularySize, padded.tokenCount) == (264, 261))
    #expect(padded.warnings.isEmpty)
    // Another multiple than that of the weights: all rows are tokens then.
    model.layout.multiple = 16
    let other = try model.load().configuration
    #expect((other.vocabularySize, other.tokenCount) == (264, 264))
    #expect(other.warnings.map(\.field) == ["vocab_size"])
    // Rows without the padding that the configuration asks for.
    (model.vocabularySize, model.layout.multiple) = (261, 8)
    let bare = try model.load().configuration
    #expect((bare.vocabularySize, bare.tokenCount) == (261, 261))
    #expect(bare.warnings.isEmpty)
  }

  @Test(arguments: [
    ("ssm_cfg", "{\"layer\": \"Mamba2\"}"), ("attn_layer_idx", "[3]"), ("d_intermediate", "64"),
    ("ssm_cfg", "7"), ("ssm_cfg", "{\"d_state\": 0}"), ("ssm_cfg", "{\"expand\": \"2\"}"),
    ("pad_vocab_size_multiple", "0"), ("d_model", "null"), ("n_layer", "-1"), ("rms_norm", "1"),
    ("tie_embeddings", "\"no\""), ("norm_epsilon", "0"),
  ])
  func `a field of the original layout that cannot be is named`(
    field: String, json: String
  ) throws {
    var model = TinyModel()
    model.layout.isOriginal = true
    model.fields = [field: json]
    let error = try model.loadingError()
    guard case .invalidConfiguration(_, let name, _, let remedy)? = error else {
      // Without d_model the file is taken for one of transformers.
      Issue.record("\(field): \(error?.description ?? "accepted")")
      return
    }
    #expect(name.hasPrefix(field) || (field == "d_model" && name == "model_type"))
    #expect(!remedy.isEmpty)
  }

  @Test(arguments: ["ssm_cfg", "rms_norm", "pad_vocab_size_multiple"])
  func `what the original layout may leave out comes from the tensors`(field: String) throws {
    var model = TinyModel()
    (model.innerSize, model.timeStepRank, model.layout.isOriginal) = (48, 2, true)
    let expected = try model.load()
    model.fields = [field: nil]
    let loaded = try model.load()
    #expect(loaded.configuration == expected.configuration)
    #expect(loaded.configuration.warnings.isEmpty)
  }

  @Test func `a norm with a bias is a LayerNorm whatever the configuration says`() throws {
    var model = TinyModel()
    model.usesLayerNorm = true
    let expected = try model.load()
    #expect(expected.configuration.usesLayerNorm)
    for (json, warnings) in [("true", ["rms_norm"]), (nil, [])] as [(String?, [String])] {
      model.fields = ["rms_norm": json]
      let loaded = try model.load()
      #expect(loaded.configuration.warnings.map(\.field) == warnings)
      #expect(try loaded.logits(of: [1, 2]) == expected.logits(of: [1, 2]))
    }
    // One bias of many is missing.
    for name in ["backbone.norm_f.bias", "backbone.layers.1.norm.bias"] {
      model.changes = [name: .missing]
      #expect(try model.loadingError()?.description.contains(name) == true)
    }
  }

  @Test(arguments: [TinyModel.Storage.f32, .i8], [nil, "true"] as [String?])
  func `a head that is stored is tied only when it is the embedding`(
    storage: TinyModel.Storage, tied: String?
  ) throws {
    var model = TinyModel()
    (model.tiesEmbeddings, model.storage) = (false, storage)
    let untied = try model.load()
    #expect(!untied.configuration.tiesEmbeddings)
    model.fields = ["tie_word_embeddings": tied]
    let found = try model.load()
    #expect(!found.configuration.tiesEmbeddings)
    #expect(found.configuration.warnings.count == (tied == nil ? 0 : 1))
    #expect(try found.logits(of: [1]) == untied.logits(of: [1]))
    model.repeatsEmbedding = true
    let repeated = try model.load()
    #expect(repeated.configuration.tiesEmbeddings)
    #expect(repeated.configuration.warnings.isEmpty)
    model.tiesEmbeddings = true
    #expect(try repeated.logits(of: [1]) == model.load().logits(of: [1]))
  }
}
