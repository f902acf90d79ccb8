package import Foundation

extension BPETokenizer {
  /// Loads a Hugging Face `tokenizer.json`.
  ///
  /// - Throws: `TokenizerError` when the file is unreadable, no regular file, or has more than
  ///   64 MiB, and whatever `init(json:path:)` throws.
  package init(contentsOf file: URL) throws(TokenizerError) {
    try self.init(json: TokenizerFile.data(contentsOf: file), path: file.path)
  }

  /// Loads the text of a Hugging Face `tokenizer.json`; the path is used in error messages only.
  ///
  /// - Throws: `TokenizerError` when the text is malformed, when a component or option is not
  ///   implemented, or when ids, tokens and merges do not fit together.
  package init(json: Data, path: String) throws(TokenizerError) {
    let file = try TokenizerFile(json: json, path: path).supported(path: path)
    var vocabulary = VocabularyBuilder(path: path)
    try vocabulary.insert(VocabularyEntries(json: Array(json), path: path).entries)
    let byteIDs = vocabulary.byteIDs
    let merges = try vocabulary.mergeTable(file.model.merges)
    let wholeTokens = file.model.ignoreMerges == true ? vocabulary.wholeTokens : nil
    let added = try vocabulary.insert(file.addedTokens)
    self.init(
      path: path, tokens: vocabulary.tokens, byteIDs: byteIDs, merges: merges,
      wholeTokens: wholeTokens,
      exactAddedTokens: AddedTokenMatchers(
        added.filter { vocabulary.tokens[Int($0.id)] == $0.text }, normalizer: .none),
      referenceAddedTokens: AddedTokenMatchers(added, normalizer: file.normalizer),
      normalizer: file.normalizer, preTokenizer: file.preTokenizer)
  }
}

extension AddedTokenMatchers {
  /// Tokens that are looked for in normalized text are found by their normalized text.
  fileprivate init(_ tokens: [AddedToken], normalizer: TextNormalizer) {
    raw = AddedTokenMatcher(
      tokens: tokens.filter { !$0.isNormalized }.map { ($0.id, $0.text) })
    normalized = AddedTokenMatcher(
      tokens: tokens.filter(\.isNormalized).map {
        ($0.id, normalizer.normalized($0.text, $0.text.indices) ?? $0.text)
      })
  }
}
