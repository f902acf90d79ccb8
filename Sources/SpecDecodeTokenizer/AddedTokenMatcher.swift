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

  /// Takes the first section off a range of the text; nil when it is empty. O(n) times the longest
  /// added token at worst.
  func takeSection(of text: [UInt8], from range: inout Range<Int>) -> Section? {
    guard !range.isEmpty else { return nil }
    let start = range.lowerBound
    if trie.count > 0, let (id, length) = longestToken(in: text, at: start, limit: range.upperBound)
    {
      range = start + length..<range.upperBound
      return .token(id)
    }
    var end = trie.count > 0 ? start + 1 : range.upperBound
    while end < range.upperBound, longestToken(in: text, at: end, limit: range.upperBound) == nil {
      end += 1
    }
    range = end..<range.upperBound
    return .text(start..<end)
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

/// A token that is found in text before anything else is done to it.
struct AddedToken {
  let id: Int32
  /// UTF-8, not empty.
  let text: [UInt8]
  /// Whether it is looked for after normalization.
  let isNormalized: Bool
}
