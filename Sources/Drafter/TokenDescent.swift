package import DecodingCore
import Kernels
package import SpecDecodeTokenizer

/// Some tokens of a vocabulary and how likely each is, seen as a trie: what a token is chosen from
/// byte by byte. A byte's mass is the probability of all tokens below it.
package struct TokenDescent {
  /// The least share of a node's mass that makes "the token ends here" worth a look at what would
  /// follow: the look costs a pass of the model, which is lost if the token goes on.
  private static let leastEndShare = 0.5

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

  /// Descends from a node to a token and to the first byte of the one after it, appending the bytes
  /// on the way to a draft.
  ///
  /// The verifier knows no tokens, so each byte is chosen from the sum of all ways to it: the token
  /// goes on with it, or the token ends and the next one begins with it. Where the token ends with
  /// little mass only the first way counts: the bytes of a token that could go on, spelt as two
  /// tokens, are what the model has not learnt.
  ///
  /// - Parameters:
  ///   - candidates: working memory for 256 bytes.
  ///   - following: asked at most once at a node where a token ends.
  /// - Returns: the sorted position of the token that ended; nil when no token has any mass.
  /// - Throws: what `following` throws.
  package func choose<E: Error>(
    from start: VocabularyTrie.Node, into draft: inout Draft, sampler: inout ByteSampler,
    candidates: inout ByteCandidates, following: FollowingBytes<E>
  ) throws(E) -> Int? {
    var node = start
    while true {
      let total = mass(of: trie.range(of: node))
      let end = trie.tokenEnding(at: node)
      let endMass = end.map { mass(of: $0..<$0 + 1) } ?? 0
      candidates.begin(total: total)
      for slot in trie.children(of: node) {
        candidates.add(mass(of: trie.range(of: trie.node(at: slot))), to: trie.byte(of: slot))
      }
      if let end, endMass > 0, endMass >= Self.leastEndShare * total {
        candidates.add(endMass, spreadAs: try following(end))
      } else {
        candidates.leaveOut(endMass)
      }
      guard let choice = candidates.choose(at: draft.nextPosition, &sampler) else { return nil }
      draft.append(choice.byte, probability: choice.chance)
      if choice.isFollowing { return end }
      guard let next = trie.child(of: node, choice.byte) else { return nil }
      node = next
    }
  }

  /// Descends from a node to a token, each byte drawn from a distribution that the draft keeps.
  ///
  /// At a node where a token ends, it is drawn first whether it does. The byte is then drawn given
  /// that choice: from the tokens that go on here, or, by the next descent, from all tokens. So
  /// what the draft keeps is the byte's distribution given everything drawn before it.
  ///
  /// - Returns: the sorted position of the token; nil when no token has any mass.
  /// - Throws: `DecodingError.invalidDistribution` when the masses are not numbers.
  package func draw(
    from start: VocabularyTrie.Node, into draft: inout Draft, sampler: ByteSampler
  ) throws(DecodingError) -> Int? {
    var node = start
    var weights = [Double](repeating: 0, count: 256)
    while true {
      let (first, second) = sampler.draftUniforms(
        at: draft.nextPosition, step: draft.bytes.count)
      if let end = trie.tokenEnding(at: node), ends(at: end, of: node, first) { return end }
      let slots = trie.children(of: node)
      setMasses(&weights, after: node)
      guard let byte = try draft.draw(from: weights, uniform: second) else { return nil }
      for slot in slots { weights[Int(trie.byte(of: slot))] = 0 }
      guard let next = trie.child(of: node, byte) else { return nil }
      node = next
    }
  }

  /// Whether the token ends rather than going on; it does where nothing that goes on has any mass.
  private func ends(at token: Int, of node: VocabularyTrie.Node, _ uniform: Double) -> Bool {
    var isEnd = false
    FloatingPointMode.withDefault {
      let end = mass(of: token..<token + 1)
      let range = trie.range(of: node)
      let rest = range.count > 1 ? mass(of: token + 1..<range.upperBound) : 0
      isEnd = rest <= 0 || uniform * (end + rest) < end
    }
    return isEnd
  }

  /// Overwrites the masses of the bytes that tokens go on with at a node.
  func setMasses(_ masses: inout [Double], after node: VocabularyTrie.Node) {
    FloatingPointMode.withDefault {
      for slot in trie.children(of: node) {
        masses[Int(trie.byte(of: slot))] = mass(of: trie.range(of: trie.node(at: slot)))
      }
    }
  }
}

/// What the tokens after one that ends begin with.
///
/// - Parameter token: the sorted position of the token that ends.
/// - Returns: for each of the 256 bytes the mass of the tokens that begin with it, of any total.
package typealias FollowingBytes<E: Error> = (_ token: Int) throws(E) -> [Double]
