/// Texts by their beginnings: one that several share stands once.
struct PrefixTree {
  /// Bytes that texts share, up to where they part or one of them ends.
  struct Node {
    /// What follows the bytes of the parent; empty at the root only.
    fileprivate(set) var bytes: ArraySlice<UInt8>
    /// The root is its own.
    fileprivate(set) var parent: Int
    fileprivate(set) var children: [Int] = []
    /// How many of the texts, equal ones counted once, end here or below.
    fileprivate(set) var endCount = 0
  }

  /// The root is the first.
  private(set) var nodes = [Node(bytes: [], parent: 0)]

  /// The node where each text ends.
  let ends: [Int]

  init(_ texts: [[UInt8]]) {
    let order = texts.indices.sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    var ends = Array(repeating: 0, count: texts.count)
    var path = [(node: 0, depth: 0)]
    var previous: [UInt8]?
    for index in order {
      let text = texts[index]
      if text != previous {
        let common = zip(text, previous ?? []).prefix { $0 == $1 }.count
        Self.shorten(&path, to: common, &nodes)
        if text.count > common {
          nodes.append(Node(bytes: text[common...], parent: path[path.count - 1].node))
          path.append((nodes.count - 1, text.count))
        }
        for (node, _) in path { nodes[node].endCount += 1 }
        previous = text
      }
      ends[index] = path[path.count - 1].node
    }
    self.ends = ends
    for node in nodes.indices.dropFirst() { nodes[nodes[node].parent].children.append(node) }
  }

  /// Makes a path end after some of its bytes; a node that reaches further is divided there.
  private static func shorten(
    _ path: inout [(node: Int, depth: Int)], to depth: Int, _ nodes: inout [Node]
  ) {
    var below: Int?
    while path[path.count - 1].depth > depth { below = path.removeLast().node }
    let (above, start) = path[path.count - 1]
    guard let below, start < depth else { return }
    nodes.append(
      Node(
        bytes: nodes[below].bytes.prefix(depth - start), parent: above,
        endCount: nodes[below].endCount))
    nodes[below].bytes.removeFirst(depth - start)
    nodes[below].parent = nodes.count - 1
    path.append((nodes.count - 1, depth))
  }

  /// The bytes of a node that have to be consumed: of what nothing follows, all but the last.
  func consumed(of node: Int) -> ArraySlice<UInt8> {
    nodes[node].children.isEmpty ? nodes[node].bytes.dropLast() : nodes[node].bytes
  }

  /// All bytes that have to be consumed.
  var consumedCount: Int { nodes.indices.reduce(0) { $0 + consumed(of: $1).count } }

  /// The nodes from below the root to where a text ends.
  func path(of text: Int) -> [Int] {
    var path: [Int] = []
    var node = ends[text]
    while node != 0 {
      path.append(node)
      node = nodes[node].parent
    }
    return path.reversed()
  }
}
