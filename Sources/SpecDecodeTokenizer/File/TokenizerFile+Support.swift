extension TokenizerFile {
  /// The parts of a file whose every component is one that this module implements.
  struct Supported {
    let normalizer: TextNormalizer
    let preTokenizer: PreTokenizerPipeline
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
    guard let preTokenizer else {
      throw check.error("pre_tokenizer", "null", #""ByteLevel", or a "Sequence" that ends with it"#)
    }
    let isNFC = try normalizer?.isNFC(check, field: "normalizer") ?? false
    let stages = try preTokenizer.preTokenizerStages(check)
    try postProcessor?.requirePostProcessor(check, field: "post_processor")
    // No option of the decoder ByteLevel changes bytes.
    try check.require(
      decoder?.type == "ByteLevel", "decoder",
      decoder.map { TokenizerError.quoted($0.type) } ?? "null", "\"ByteLevel\"")
    return Supported(
      normalizer: isNFC ? .nfc : .none,
      preTokenizer: PreTokenizerPipeline(stages: stages),
      model: try check.model(model),
      addedTokens: addedTokens ?? [])
  }
}

extension TokenizerFile.Component {
  /// Whether a normalizer is `NFC`, or a `Sequence` of that; an empty one does nothing.
  fileprivate func isNFC(
    _ check: SupportCheck, field: String
  ) throws(TokenizerError) -> Bool {
    guard type == "Sequence" else {
      try check.require(type == "NFC", field, TokenizerError.quoted(type), #""NFC" or null"#)
      return true
    }
    var isNFC = false
    for (index, component) in (normalizers ?? []).enumerated() {
      if try component.isNFC(check, field: "\(field).normalizers[\(index)]") { isNFC = true }
    }
    return isNFC
  }

  /// `ByteLevel` moves offsets only, and `TemplateProcessing` puts special tokens around the text,
  /// which stand for no bytes of it: neither changes the tokens of the text.
  fileprivate func requirePostProcessor(
    _ check: SupportCheck, field: String
  ) throws(TokenizerError) {
    guard type == "Sequence" else {
      return try check.require(
        type == "ByteLevel" || type == "TemplateProcessing", field, TokenizerError.quoted(type),
        #""ByteLevel", "TemplateProcessing" or null"#)
    }
    for (index, component) in (processors ?? []).enumerated() {
      try component.requirePostProcessor(check, field: "\(field).processors[\(index)]")
    }
  }
}

/// Throws `TokenizerError.unsupported` for what the module does not implement.
struct SupportCheck {
  let path: String

  func require(
    _ holds: Bool, _ field: String, _ value: @autoclosure () -> String, _ supported: String
  ) throws(TokenizerError) {
    guard holds else { throw error(field, value(), supported) }
  }

  func error(_ field: String, _ value: String, _ supported: String) -> TokenizerError {
    .unsupported(path: path, field: field, value: value, supported: supported)
  }

  private func requireEmpty(_ text: String?, _ field: String) throws(TokenizerError) {
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
