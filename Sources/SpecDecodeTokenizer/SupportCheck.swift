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
