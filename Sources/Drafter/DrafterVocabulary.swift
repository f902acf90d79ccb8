/// The tokenizer and the trie over its tokens. A token is named by its place in the sorted
/// vocabulary, which is also its row in the model.
package struct DrafterVocabulary: Sendable {
  /// The tokens in order of their bytes.
  package let trie: VocabularyTrie
  private let tokenizer: BPETokenizer
  /// Token id -> sorted position; -1 for an id without bytes.
  private let positions: [Int32]

  /// Sorts the tokens that have bytes.
  package init(_ tokenizer: BPETokenizer) {
    self.tokenizer = tokenizer
    let tokens = (0..<tokenizer.vocabularySize).compactMap { id in
      tokenizer.bytes(of: id).map { (id: Int32(id), bytes: $0) }
    }
    trie = VocabularyTrie(tokens: Self.distinct(tokens, of: tokenizer))
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

  /// The tokens of a text.
  package func encode(_ bytes: [UInt8]) -> [Int] {
    tokenizer.encode(bytes).compactMap { id in
      let position = positions[Int(id)]
      return position >= 0 ? Int(position) : nil
    }
  }

  /// Divides bytes into tokens that stand and an end that the next token must begin with.
  ///
  /// The last token of a text may be the beginning of a longer one, and so may the bytes of a
  /// character that is not complete: they are left open.
  package func split(_ bytes: [UInt8]) -> (tokens: [Int], open: [UInt8]) {
    var tokens = encode(bytes)
    guard let last = tokens.last,
      bytes.suffix(trie.bytes(at: last).count) == trie.bytes(at: last)[...]
    else { return (tokens, []) }
    let partial = incompleteCharacter(atEndOf: bytes)
    if partial.count > 1, trie.descend(partial) != nil,
      tokens.suffix(partial.count).map({ trie.bytes(at: $0) }) == partial.map({ [$0] })
    {
      tokens.removeLast(partial.count)
      return (tokens, Array(partial))
    }
    tokens.removeLast()
    return (tokens, trie.bytes(at: last))
  }

  /// The bytes at the end that begin a UTF-8 sequence and do not complete it.
  private func incompleteCharacter(atEndOf bytes: [UInt8]) -> ArraySlice<UInt8> {
    for length in 1...3 where length <= bytes.count {
      let lead = bytes[bytes.count - length]
      if lead & 0xC0 == 0x80 { continue }
      let needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
      return needed > length ? bytes.suffix(length) : []
    }
    return []
  }
}
