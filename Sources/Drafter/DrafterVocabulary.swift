package import SpecDecodeTokenizer

/// The tokenizer and the trie over its tokens. A token is named by its place in the sorted
/// vocabulary, which is also its row in the model.
package struct DrafterVocabulary: Sendable {
  /// The tokens in order of their bytes.
  package let trie: VocabularyTrie
  /// The bytes of the longest token.
  let longestToken: Int
  let tokenizer: BPETokenizer
  /// Token id -> sorted position; -1 for an id without bytes.
  private let positions: [Int32]

  /// Sorts the tokens that have bytes.
  package init(_ tokenizer: BPETokenizer) {
    self.tokenizer = tokenizer
    let tokens = (0..<tokenizer.vocabularySize).compactMap { id in
      tokenizer.bytes(of: id).map { (id: Int32(id), bytes: $0) }
    }
    trie = VocabularyTrie(tokens: Self.distinct(tokens, of: tokenizer))
    longestToken = tokens.map(\.bytes.count).max() ?? 0
    var positions = [Int32](repeating: -1, count: tokenizer.vocabularySize)
    for token in tokens {
      // Of two ids with the same bytes the trie keeps one, which serves for both.
      guard let position = trie.descend(token.bytes).flatMap(trie.tokenEnding) else { continue }
      positions[Int(token.id)] = Int32(position)
    }
    self.positions = positions
  }

  /// Of several tokens with the same bytes, the one that text is encoded with: the model has never
  /// seen the others. GPT-NeoX has the runs of spaces twice.
  private static func distinct(
    _ tokens: [(id: Int32, bytes: [UInt8])], of tokenizer: BPETokenizer
  ) -> [(id: Int32, bytes: [UInt8])] {
    let groups = Dictionary(grouping: tokens, by: \.bytes).filter { $0.value.count > 1 }
    let chosen = groups.compactMapValues { group in
      let ids = tokenizer.encode(group[0].bytes)
      return group.first { ids == [$0.id] }?.id
    }
    return tokens.filter { (chosen[$0.bytes] ?? $0.id) == $0.id }
  }

  /// The place of a token in the sorted vocabulary; nil for an id without bytes.
  func position(of id: Int32) -> Int? {
    let position = positions[Int(id)]
    return position >= 0 ? Int(position) : nil
  }

  /// The tokens of a text.
  package func encode(_ bytes: [UInt8]) -> [Int] {
    var splitter = TokenSplitter(self)
    splitter.encode(bytes, in: bytes.indices)
    return splitter.tokens
  }

  /// Divides bytes into tokens that stand and an end that the next token must begin with.
  package func split(_ bytes: [UInt8]) -> (tokens: [Int], open: [UInt8]) {
    var splitter = TokenSplitter(self)
    splitter.split(bytes, in: bytes.indices)
    return (splitter.tokens, Array(bytes[splitter.open]))
  }
}
