package import Foundation

/// Byte-level byte-pair encoding, as Hugging Face `tokenizers` does it, on raw bytes.
///
/// A byte string need not be UTF-8: a byte that belongs to no scalar is a pre-token of its own, and
/// the text around it is encoded as if it stood alone.
///
/// There are two ways to encode. `encode` changes no byte, so `decode(encode(x))` is `x` when every
/// byte has a token: a drafter's tokens stand for the bytes that were decided, whatever the
/// tokenizer was trained on. `encodeNormalized` gives the ids of the reference, which come from
/// other bytes when the tokenizer has a normalizer or `add_prefix_space`. The two are the same on
/// well-formed UTF-8 that these leave as it is.
package struct BPETokenizer: Sendable {
  /// The file it was loaded from, for error messages.
  let path: String
  /// Id -> bytes; nil where no token has the id. [vocabularySize]
  let tokens: [[UInt8]?]
  /// Byte -> the token of that byte alone, -1 where none is. [256]
  let byteIDs: [Int32]
  let merges: MergeTable
  /// Pre-tokens that are taken whole (`ignore_merges`); nil when merges always decide.
  let wholeTokens: [[UInt8]: Int32]?
  /// Added tokens to find in bytes that are not changed: those that stand for their own text.
  let exactAddedTokens: AddedTokenMatchers
  /// Added tokens as the reference finds them.
  let referenceAddedTokens: AddedTokenMatchers
  let normalizer: TextNormalizer
  let preTokenizer: PreTokenizerPipeline

  /// One more than the highest id.
  package var vocabularySize: Int { tokens.count }

  /// The bytes that a token stands for; nil when no token has the id. O(1), shares storage.
  package func bytes(of id: Int) -> [UInt8]? {
    tokens.indices.contains(id) ? tokens[id] : nil
  }

  /// The tokens of a byte string, which stand for these bytes and no others. A byte that no token
  /// covers is skipped.
  ///
  /// Linear but for the merges: O(n log n) in the length of the longest pre-token.
  package func encode(_ bytes: [UInt8]) -> [Int32] {
    var run = EncodingRun(tokenizer: self, changesText: false)
    run.encode(bytes, in: bytes.indices)
    return run.ids
  }

  /// The tokens of a text as the reference gives them without special tokens around it: of the
  /// text as normalized, with the spaces of `add_prefix_space`.
  ///
  /// As fast as `encode`, but for the normalization.
  package func encodeNormalized(_ bytes: [UInt8]) -> [Int32] {
    var run = EncodingRun(tokenizer: self, changesText: true)
    run.encode(bytes, in: bytes.indices)
    return run.ids
  }

  /// The bytes of a sequence of tokens, one after the other.
  ///
  /// - Throws: `TokenizerError.unknownID` when no token has an id.
  package func decode(_ ids: [Int32]) throws(TokenizerError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count * 4)
    for id in ids {
      guard let token = self.bytes(of: Int(id)) else {
        throw .unknownID(path: path, id: Int(id), vocabularySize: vocabularySize)
      }
      bytes += token
    }
    return bytes
  }
}

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
