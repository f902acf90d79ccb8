extension TokenizerFile {
  /// The parts of a file whose every component is one that this module implements.
  struct Supported {
    let preTokenizer: any PreTokenizer
    let model: BPEModelEntry
    let addedTokens: [AddedTokenEntry]
  }

  /// Checks every component and option.
  ///
  /// - Throws: `TokenizerError.unsupported` with the first component that is not implemented.
  func supported(path: String) throws(TokenizerError) -> Supported {
    let check = SupportCheck(path: path)
    try check.require(version == "1.0", "version", TokenizerError.quoted(version), "\"1.0\"")
    try check.require(truncation == nil, "truncation", "set", "null")
    try check.require(padding == nil, "padding", "set", "null")
    try check.require(
      normalizer == nil, "normalizer", TokenizerError.quoted(normalizer?.type ?? ""), "null")
    try check.require(byteLevel: preTokenizer, "pre_tokenizer", orNull: false)
    try check.require(
      preTokenizer?.addPrefixSpace == false, "pre_tokenizer.add_prefix_space",
      preTokenizer?.addPrefixSpace == nil ? "missing" : "true", "false")
    // The post-processor ByteLevel moves offsets only, and no option of the decoder ByteLevel
    // changes bytes.
    try check.require(byteLevel: postProcessor, "post_processor", orNull: true)
    try check.require(byteLevel: decoder, "decoder", orNull: false)
    return Supported(
      preTokenizer: preTokenizer?.useRegex == false ? WholeTextPreTokenizer() : GPT2PreTokenizer(),
      model: try check.model(model),
      addedTokens: addedTokens ?? [])
  }
}

/// Throws `TokenizerError.unsupported` for what the module does not implement.
private struct SupportCheck {
  let path: String

  func require(
    _ holds: Bool, _ field: String, _ value: @autoclosure () -> String, _ supported: String
  ) throws(TokenizerError) {
    guard holds else {
      throw .unsupported(path: path, field: field, value: value(), supported: supported)
    }
  }

  func require(
    byteLevel component: TokenizerFile.Component?, _ field: String, orNull: Bool
  ) throws(TokenizerError) {
    try require(
      component.map { $0.type == "ByteLevel" } ?? orNull, field,
      component.map { TokenizerError.quoted($0.type) } ?? "null",
      orNull ? "\"ByteLevel\" or null" : "\"ByteLevel\"")
  }

  func requireEmpty(_ text: String?, _ field: String) throws(TokenizerError) {
    let text = text ?? ""
    try require(text.isEmpty, field, TokenizerError.quoted(text), "null or \"\"")
  }

  func model(_ entry: TokenizerFile.ModelEntry) throws(TokenizerError)
    -> TokenizerFile.BPEModelEntry
  {
    switch entry {
    case .other(let type):
      throw .unsupported(
        path: path, field: "model.type", value: TokenizerError.quoted(type), supported: "\"BPE\"")
    case .bpe(let model):
      let dropout = model.dropout ?? 0
      try require(dropout == 0, "model.dropout", "\(dropout)", "null or 0")
      try require(
        model.unknownToken == nil, "model.unk_token",
        TokenizerError.quoted(model.unknownToken ?? ""), "null")
      try requireEmpty(model.continuingSubwordPrefix, "model.continuing_subword_prefix")
      try requireEmpty(model.endOfWordSuffix, "model.end_of_word_suffix")
      try require(model.byteFallback != true, "model.byte_fallback", "true", "false")
      return model
    }
  }
}
