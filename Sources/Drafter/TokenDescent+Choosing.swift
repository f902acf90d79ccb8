package import DecodingCore
package import SpecDecodeTokenizer

extension TokenDescent {
  /// The least share of a node's mass that makes "the token ends here" worth a look at what would
  /// follow: the look costs a pass of the model, which is lost if the token goes on.
  private static let leastEndShare = 0.5

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
}
