package import DecodingCore
import Kernels
package import SpecDecodeTokenizer

extension TokenDescent {
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
      setWeights(&weights, to: slots)
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

  private func setWeights(_ weights: inout [Double], to slots: Range<Int>) {
    FloatingPointMode.withDefault {
      for slot in slots {
        weights[Int(trie.byte(of: slot))] = mass(of: trie.range(of: trie.node(at: slot)))
      }
    }
  }
}
