/// Byte-level byte-pair encoding, as Hugging Face `tokenizers` does it, on raw bytes.
///
/// On well-formed UTF-8 the ids are those of the reference. A byte string need not be UTF-8: a
/// byte that belongs to no scalar is a pre-token of its own, and the text around it is encoded as
/// if it stood alone. `decode(encode(x))` is `x` when every byte has a token.
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
  /// Added tokens looked for in the raw text.
  let rawAddedTokens: AddedTokenMatcher
  /// Added tokens looked for afterwards, in normalized text.
  let normalizedAddedTokens: AddedTokenMatcher
  let preTokenizer: any PreTokenizer

  /// One more than the highest id.
  package var vocabularySize: Int { tokens.count }

  /// The bytes that a token stands for; nil when no token has the id. O(1), shares storage.
  package func bytes(of id: Int) -> [UInt8]? {
    tokens.indices.contains(id) ? tokens[id] : nil
  }

  /// The tokens of a byte string. A byte that no token covers is skipped.
  ///
  /// Linear but for the merges: O(n log n) in the length of the longest pre-token.
  package func encode(_ bytes: [UInt8]) -> [Int32] {
    var run = EncodingRun(tokenizer: self)
    run.ids.reserveCapacity(bytes.count / 3)
    for section in rawAddedTokens.sections(of: bytes, in: bytes.indices) {
      switch section {
      case .token(let id): run.ids.append(id)
      case .text(let range): run.encode(bytes, range)
      }
    }
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
