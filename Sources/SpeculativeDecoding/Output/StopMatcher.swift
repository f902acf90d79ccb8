/// Finds the first byte with which one of several texts is complete, in whatever pieces the bytes
/// come.
///
/// It takes constant time a byte on average and memory in proportion to the texts (Aho, Corasick,
/// "Efficient string matching", CACM 1975).
package struct StopMatcher: Sendable {
  private struct Node {
    /// How many bytes lead to it.
    var depth: Int
    /// The node of the longest proper end of its bytes that begins a text.
    var failure = 0
    /// Bytes of the longest text that its bytes end with; 0 for none.
    var matchedCount = 0
  }

  private struct Edge: Hashable {
    let node: Int
    let byte: UInt8
  }

  private var nodes = [Node(depth: 0)]
  private var edges: [Edge: Int] = [:]
  private var current = 0

  /// A matcher that has seen nothing.
  ///
  /// - Parameter texts: none of them empty.
  package init(_ texts: some Sequence<[UInt8]>) {
    var order: [(edge: Edge, node: Int)] = []
    for text in texts { insert(text, order: &order) }
    // By depth, since the failure of a node is less deep than it.
    for (edge, node) in order.sorted(by: { nodes[$0.node].depth < nodes[$1.node].depth }) {
      if edge.node > 0 { nodes[node].failure = target(from: nodes[edge.node].failure, edge.byte) }
      if nodes[node].matchedCount == 0 {
        nodes[node].matchedCount = nodes[nodes[node].failure].matchedCount
      }
    }
  }

  /// How many of the last bytes may be the beginning of a text: the most that match.
  package var heldCount: Int { nodes[current].depth }

  /// Takes note of a byte.
  ///
  /// - Returns: the length of the longest text that is complete with it; 0 for none.
  package mutating func append(_ byte: UInt8) -> Int {
    current = target(from: current, byte)
    return nodes[current].matchedCount
  }

  private mutating func insert(_ text: [UInt8], order: inout [(edge: Edge, node: Int)]) {
    var node = 0
    for byte in text {
      let edge = Edge(node: node, byte: byte)
      if let next = edges[edge] {
        node = next
      } else {
        nodes.append(Node(depth: nodes[node].depth + 1))
        node = nodes.count - 1
        edges[edge] = node
        order.append((edge, node))
      }
    }
    nodes[node].matchedCount = text.count
  }

  private func target(from node: Int, _ byte: UInt8) -> Int {
    var node = node
    while true {
      if let next = edges[Edge(node: node, byte: byte)] { return next }
      if node == 0 { return 0 }
      node = nodes[node].failure
    }
  }
}
