package import SpecDecodeTokenizer

/// Some tokens of a vocabulary and how likely each is, seen as a trie: what a token is chosen from
/// byte by byte. A byte's mass is the probability of all tokens below it.
package struct TokenDescent {
  let trie: VocabularyTrie
  let range: Range<Int>
  let sums: [Double]

  /// A choice among some tokens.
  ///
  /// - Parameters:
  ///   - range: the sorted positions of the tokens to choose from.
  ///   - sums: running sums of their probabilities, not necessarily of total 1.
  package init(trie: VocabularyTrie, range: Range<Int>, sums: [Double]) {
    self.trie = trie
    self.range = range
    self.sums = sums
  }

  /// The mass of the tokens at some of the sorted positions; at least 0.
  func mass(of positions: Range<Int>) -> Double {
    let first = positions.lowerBound - range.lowerBound
    let end = positions.upperBound - range.lowerBound
    return max(0, sums[end - 1] - (first > 0 ? sums[first - 1] : 0))
  }
}

/// What the tokens after one that ends begin with.
///
/// - Parameter token: the sorted position of the token that ends.
/// - Returns: for each of the 256 bytes the mass of the tokens that begin with it, of any total.
package typealias FollowingBytes<E: Error> = (_ token: Int) throws(E) -> [Double]
