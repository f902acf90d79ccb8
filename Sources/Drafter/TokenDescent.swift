package import DecodingCore
import Kernels

/// Chooses a token byte by byte down the vocabulary trie, with the noise that the verifier will
/// use at each position.
///
/// A byte's mass is the probability of all tokens below it. At temperature 0 the largest mass
/// wins, and "the token ends here" is one more choice. Above, the byte with the largest
/// log mass + g is taken, g being the verifier's own noise for that byte at that position; whether
/// the token ends instead is drawn by its share of the mass.
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

  /// Descends from a node to a token, appending the bytes on the way to a draft.
  ///
  /// - Parameter certainty: the probability of what was chosen before the first byte.
  /// - Returns: the sorted position of the token, and the probability that it ends.
  package func choose(
    from start: VocabularyTrie.Node, into draft: inout Draft, sampler: inout ByteSampler,
    certainty: Float
  ) -> (token: Int, certainty: Float)? {
    var node = start
    var certainty = certainty
    while true {
      let total = mass(of: trie.range(of: node))
      let end = trie.tokenEnding(at: node)
      let endShare = end.map { share(mass(of: $0..<$0 + 1), of: total) } ?? 0
      let choice = bestChild(of: node, at: draft.nextPosition, &sampler)
      let childShare = choice.map { share($0.mass, of: total) } ?? 0
      if let end,
        choice == nil || ends(endShare, childShare, at: draft.nextPosition, sampler)
      {
        return (end, certainty * Float(endShare))
      }
      guard let choice else { return nil }
      draft.append(trie.byte(of: choice.slot), probability: certainty * Float(childShare))
      node = trie.node(at: choice.slot)
      certainty = 1
    }
  }

  private func ends(
    _ endShare: Double, _ childShare: Double, at position: UInt64, _ sampler: ByteSampler
  ) -> Bool {
    sampler.isGreedy
      ? endShare > childShare : sampler.draftUniform(at: position, index: 0) < endShare
  }

  private func bestChild(
    of node: VocabularyTrie.Node, at position: UInt64, _ sampler: inout ByteSampler
  ) -> (slot: Int, mass: Double)? {
    var best: (slot: Int, mass: Double)?
    var bestScore = -Double.infinity
    for slot in trie.children(of: node) {
      let mass = mass(of: trie.range(of: trie.node(at: slot)))
      var score = mass
      if !sampler.isGreedy, mass > 0 {
        score = ScalarMath.log(mass) + sampler.gumbel(at: position, byte: trie.byte(of: slot))
      } else if !sampler.isGreedy {
        score = -Double.greatestFiniteMagnitude
      }
      if score > bestScore {
        best = (slot, mass)
        bestScore = score
      }
    }
    return best
  }

  private func share(_ mass: Double, of total: Double) -> Double {
    total > 0 ? mass / total : 0
  }

  func mass(of positions: Range<Int>) -> Double {
    let first = positions.lowerBound - range.lowerBound
    let end = positions.upperBound - range.lowerBound
    return sums[end - 1] - (first > 0 ? sums[first - 1] : 0)
  }
}
