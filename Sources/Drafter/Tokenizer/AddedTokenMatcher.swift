/// Finds added tokens in text: leftmost, and of those that start there the longest.
struct AddedTokenMatcher {
  /// A stretch of text, or an added token found in it.
  enum Section: Equatable {
    case text(Range<Int>)
    case token(Int32)
  }

  private let trie: VocabularyTrie

  init(tokens: [(id: Int32, bytes: [UInt8])]) {
    trie = VocabularyTrie(tokens: tokens)
  }

  /// Cuts a range of the text into sections, in order. O(n) times the longest added token at
  /// worst.
  func sections(of text: [UInt8], in range: Range<Int>) -> [Section] {
    guard trie.count > 0 else { return range.isEmpty ? [] : [.text(range)] }
    var sections: [Section] = []
    var start = range.lowerBound
    var position = start
    while position < range.upperBound {
      guard let (id, length) = longestToken(in: text, at: position, limit: range.upperBound) else {
        position += 1
        continue
      }
      if start < position { sections.append(.text(start..<position)) }
      sections.append(.token(id))
      position += length
      start = position
    }
    if start < position { sections.append(.text(start..<position)) }
    return sections
  }

  private func longestToken(
    in text: [UInt8], at start: Int, limit: Int
  ) -> (id: Int32, length: Int)? {
    var longest: (id: Int32, length: Int)?
    var node = trie.root
    var position = start
    while position < limit, let child = trie.child(of: node, text[position]) {
      node = child
      position += 1
      if let token = trie.tokenEnding(at: node) {
        longest = (trie.ids[token], position - start)
      }
    }
    return longest
  }
}

/// The two sets of added tokens, one looked for after the other.
struct AddedTokenMatchers {
  /// Those to find in the raw text.
  let raw: AddedTokenMatcher
  /// Those to find afterwards, in normalized text.
  let normalized: AddedTokenMatcher
}
