import SpecDecodePlatform

/// The names of tensors in the layout of Hugging Face, whoever saved them.
enum TensorNames {
  /// What wrappers of models put before every name.
  private static let wrappers = ["module.", "model.", "_orig_mod."]

  /// The tensors by their names in the layout of Hugging Face, and these names by the stored ones
  /// where they differ: without the prefixes of wrappers,
  /// `backbone.embedding` as `backbone.embeddings`, and with `backbone.` where a model was saved
  /// without its head. Other tensors keep their names.
  ///
  /// - Throws: ``CheckpointError/malformedTensor(file:tensor:field:found:expected:)`` when two
  ///   tensors would have one name.
  static func canonical(
    _ tensors: [String: TensorDescription]
  ) throws(CheckpointError) -> (tensors: [String: TensorDescription], names: [String: String]) {
    let isHeadless = tensors["embeddings.weight"] != nil || tensors["embedding.weight"] != nil
    var result: [String: TensorDescription] = [:]
    var names: [String: String] = [:]
    result.reserveCapacity(tensors.count)
    for (stored, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let name = canonical(stored, isHeadless: isHeadless)
      if name != stored { names[stored] = name }
      guard result.updateValue(tensor.renamed(name), forKey: name) == nil else {
        throw .malformedTensor(
          file: tensor.file, tensor: stored, field: "the name",
          found: "the same as another's but for a prefix", expected: "one tensor \(quoted(name))")
      }
    }
    return (result, names)
  }

  private static func canonical(_ stored: String, isHeadless: Bool) -> String {
    var name = stored[...]
    while let wrapper = wrappers.first(where: { name.hasPrefix($0) }) {
      name = name.dropFirst(wrapper.count)
    }
    if isHeadless, ["embedding", "layers.", "norm_f."].contains(where: { name.hasPrefix($0) }) {
      name = "backbone." + name
    }
    guard name.hasPrefix("backbone.") || name.hasPrefix("lm_head.") else { return stored }
    let original = "backbone.embedding."
    return name.hasPrefix(original)
      ? "backbone.embeddings." + name.dropFirst(original.count) : String(name)
  }
}
