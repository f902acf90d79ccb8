/// The tokens of a vocabulary sorted by their bytes, and an explicit trie over them.
///
/// The tokens whose bytes begin with a prefix are one range of sorted positions: that of the node
/// the prefix leads to. A token that ends at a node stands at the start of its range, before the
/// tokens that go on.
///
/// Nodes are numbered breadth first, so that the children of a node follow one another, in order
/// of their bytes; a node is its parent's child slot.
package struct VocabularyTrie: Sendable {
  /// A node: the prefix that leads to it.
  package struct Node: Hashable, Sendable {
    let index: Int32

    init(_ index: Int) {
      self.index = Int32(truncatingIfNeeded: index)
    }
  }

  /// Sorted position -> token id. [count]
  package let ids: [Int32]
  /// Sorted position -> bytes. [count]
  private let tokens: [[UInt8]]
  private let nodes: VocabularyTrieNodes

  /// Sorts the tokens and builds the trie over them.
  ///
  /// Tokens without bytes are left out; of several with the same bytes the lowest id stays. The
  /// tokens have less than 2^31 bytes together.
  ///
  /// O(n log n) comparisons, then linear in the bytes of all tokens.
  package init(tokens: [(id: Int32, bytes: [UInt8])]) {
    let sorted = SortedVocabulary(tokens)
    ids = sorted.ids
    self.tokens = sorted.tokens
    nodes = VocabularyTrieNodes(sorted: sorted.tokens)
  }

  /// How many tokens there are.
  package var count: Int { ids.count }

  /// The node of the empty prefix; its range is every position.
  package var root: Node { Node(0) }

  /// The bytes of the token at a sorted position. Shares storage.
  ///
  /// - Precondition: `0 <= position < count`.
  package func bytes(at position: Int) -> [UInt8] {
    tokens[position]
  }

  /// The sorted positions of the tokens that begin with the node's prefix; empty for the root of
  /// an empty vocabulary only. O(1).
  package func range(of node: Node) -> Range<Int> {
    Int(nodes.lower[Int(node.index)])..<Int(nodes.upper[Int(node.index)])
  }

  /// The sorted position of the token that is the node's prefix, nil when none is. O(1).
  package func tokenEnding(at node: Node) -> Int? {
    nodes.isEnd[Int(node.index)] ? Int(nodes.lower[Int(node.index)]) : nil
  }

  /// The child slots of a node, in order of their bytes. O(1).
  package func children(of node: Node) -> Range<Int> {
    let first = Int(nodes.firstChild[Int(node.index)])
    return first..<first + Int(nodes.childCount[Int(node.index)])
  }

  /// The last byte of the prefix of the node in a child slot. O(1).
  ///
  /// - Precondition: the slot is one of `children(of:)`.
  package func byte(of child: Int) -> UInt8 {
    nodes.byte[child]
  }

  /// The node in a child slot. O(1).
  ///
  /// - Precondition: the slot is one of `children(of:)`.
  package func node(at child: Int) -> Node {
    Node(child)
  }

  /// The child that a byte leads to, nil when no token goes on with it. O(log children).
  package func child(of node: Node, _ byte: UInt8) -> Node? {
    var slots = children(of: node)
    while !slots.isEmpty {
      let middle = slots.lowerBound + slots.count / 2
      if nodes.byte[middle] == byte { return Node(middle) }
      if nodes.byte[middle] < byte {
        slots = middle + 1..<slots.upperBound
      } else {
        slots = slots.lowerBound..<middle
      }
    }
    return nil
  }

  /// The node that the bytes lead to from the root, nil when no token begins with them.
  package func descend(_ prefix: [UInt8]) -> Node? { descend(prefix[...]) }

  /// The same for a part of a text; no generic sequence, whose iterator would be allocated.
  package func descend(_ prefix: ArraySlice<UInt8>) -> Node? {
    var node = root
    for byte in prefix {
      guard let next = child(of: node, byte) else { return nil }
      node = next
    }
    return node
  }
}
