extension TokenizerFile {
  /// A normalizer, pre-tokenizer, post-processor or decoder, with the options of all that matter.
  struct Component: Decodable {
    let type: String
    /// Of `ByteLevel`.
    let addPrefixSpace: Bool?
    /// Of `ByteLevel`.
    let useRegex: Bool?
    /// Of `Split`.
    let pattern: Pattern?
    /// Of `Split`.
    let behavior: String?
    /// Of `Split`.
    let invert: Bool?
    /// Of `Sequence` as a normalizer.
    let normalizers: [Component]?
    /// Of `Sequence` as a pre-tokenizer.
    let preTokenizers: [Component]?
    /// Of `Sequence` as a post-processor.
    let processors: [Component]?

    enum CodingKeys: String, CodingKey {
      case type, pattern, behavior, invert, normalizers, processors
      case addPrefixSpace = "add_prefix_space"
      case useRegex = "use_regex"
      case preTokenizers = "pretokenizers"
    }
  }

  /// What a `Split` looks for: one of the two.
  struct Pattern: Decodable {
    let expression: String?
    let literal: String?

    enum CodingKeys: String, CodingKey {
      case expression = "Regex"
      case literal = "String"
    }
  }
}
