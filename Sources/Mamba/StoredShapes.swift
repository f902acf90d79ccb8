import Checkpoint

/// What the tensors of a checkpoint say of the model's shape.
struct StoredShapes {
  private let tensors: [String: TensorDescription]
  /// The names of the layers' tensors, without the layers' numbers.
  private let parts: Set<Substring>
  /// One more than the highest number of a layer; nil without layers.
  let layerCount: Int?

  init(_ checkpoint: CheckpointDirectory) {
    tensors = checkpoint.tensors
    var parts: Set<Substring> = []
    var layerCount = 0
    for name in tensors.keys where name.hasPrefix(Self.layers) {
      let rest = name.dropFirst(Self.layers.count)
      let number = rest.prefix { $0 != "." }
      guard let index = Int(number), index >= 0, index < SizeLimit.layers else { continue }
      layerCount = max(layerCount, index + 1)
      parts.insert(rest.dropFirst(number.count + 1))
    }
    self.parts = parts
    self.layerCount = layerCount > 0 ? layerCount : nil
  }

  private static let layers = "backbone.layers."

  /// Whether some layer has a tensor of this name.
  func hasPart(_ name: String) -> Bool { parts.contains(name[...]) }

  /// Whether there is a tensor of this name.
  func has(_ name: String) -> Bool { tensors[name] != nil }

  /// Rows of the embedding, and of the head where there is one.
  var vocabularySize: Int? {
    agreed([("backbone.embeddings.weight", 2, 0), ("lm_head.weight", 2, 0)])
  }

  /// d_model.
  var hiddenSize: Int? {
    agreed([
      ("backbone.embeddings.weight", 2, 1), ("backbone.norm_f.weight", 1, 0),
      ("backbone.layers.0.norm.weight", 1, 0), (Self.mixer + "in_proj.weight", 2, 1),
    ])
  }

  /// d_inner.
  var innerSize: Int? {
    agreed([
      (Self.mixer + "A_log", 2, 0), (Self.mixer + "D", 1, 0),
      (Self.mixer + "conv1d.weight", 3, 0), (Self.mixer + "out_proj.weight", 2, 1),
    ])
  }

  /// d_state.
  var stateSize: Int? { agreed([(Self.mixer + "A_log", 2, 1)]) }

  /// d_conv.
  var convolutionWidth: Int? { agreed([(Self.mixer + "conv1d.weight", 3, 2)]) }

  /// dt_rank.
  var timeStepRank: Int? { agreed([(Self.mixer + "dt_proj.weight", 2, 1)]) }

  private static let mixer = "backbone.layers.0.mixer."

  /// The size that all of some tensors have; nil when they do not agree, or none is there. A tensor
  /// with another number of dimensions has no say: loading refuses it.
  private func agreed(_ places: [(name: String, rank: Int, dimension: Int)]) -> Int? {
    let sizes = places.compactMap { place -> Int? in
      guard let shape = tensors[place.name]?.shape, shape.count == place.rank else { return nil }
      return shape[place.dimension]
    }
    guard let first = sizes.first, sizes.allSatisfy({ $0 == first }) else { return nil }
    return first
  }
}
