/// The nodes of a `VocabularyTrie` in flat arrays, breadth first. [nodes] each
struct VocabularyTrieNodes {
  /// First sorted position below the node.
  private(set) var lower: [Int32] = []
  /// One past the last.
  private(set) var upper: [Int32] = []
  /// Whether the token at `lower` ends here.
  private(set) var isEnd: [Bool] = []
  private(set) var firstChild: [Int32] = []
  /// At most 256.
  private(set) var childCount: [Int16] = []
  /// The byte that leads to the node; 0 for the root.
  private(set) var byte: [UInt8] = []

  /// Builds level by level, without recursion: a token may be as long as memory allows.
  ///
  /// - Precondition: the tokens are sorted, distinct and not empty.
  init(sorted tokens: [[UInt8]]) {
    append(0..<tokens.count, byte: 0)
    var depth = 0
    var level = 0..<1
    while !level.isEmpty {
      for node in level {
        expand(node, depth: depth, tokens)
      }
      level = level.upperBound..<lower.count
      depth += 1
    }
  }

  /// Appends the children of a node whose tokens agree in their first `depth` bytes.
  private mutating func expand(_ node: Int, depth: Int, _ tokens: [[UInt8]]) {
    var start = Int(lower[node])
    let end = Int(upper[node])
    let first = lower.count
    if start < end, tokens[start].count == depth {
      isEnd[node] = true
      start += 1
    }
    while start < end {
      let byte = tokens[start][depth]
      var next = start + 1
      while next < end, tokens[next][depth] == byte { next += 1 }
      append(start..<next, byte: byte)
      start = next
    }
    firstChild[node] = Int32(truncatingIfNeeded: first)
    childCount[node] = Int16(truncatingIfNeeded: lower.count - first)
  }

  private mutating func append(_ range: Range<Int>, byte: UInt8) {
    lower.append(Int32(truncatingIfNeeded: range.lowerBound))
    upper.append(Int32(truncatingIfNeeded: range.upperBound))
    isEnd.append(false)
    firstChild.append(0)
    childCount.append(0)
    self.byte.append(byte)
  }
}

/// Tokens in order of their bytes, without the empty ones, each byte string once.
struct SortedVocabulary {
  /// Sorted position -> token id.
  private(set) var ids: [Int32] = []
  /// Sorted position -> bytes.
  private(set) var tokens: [[UInt8]] = []

  private struct Entry {
    /// The first eight bytes, big-endian, filled up with zeros: decides most comparisons.
    let key: UInt64
    let id: Int32
    let bytes: [UInt8]

    init(id: Int32, bytes: [UInt8]) {
      var key: UInt64 = 0
      for index in 0..<8 {
        key = key << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0)
      }
      self.key = key
      self.id = id
      self.bytes = bytes
    }

    static func precedes(_ left: Entry, _ right: Entry) -> Bool {
      if left.key != right.key { return left.key < right.key }
      if left.bytes == right.bytes { return left.id < right.id }
      return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
  }

  init(_ tokens: [(id: Int32, bytes: [UInt8])]) {
    var entries: [Entry] = []
    entries.reserveCapacity(tokens.count)
    for token in tokens where !token.bytes.isEmpty {
      entries.append(Entry(id: token.id, bytes: token.bytes))
    }
    entries.sort(by: Entry.precedes)
    ids.reserveCapacity(entries.count)
    self.tokens.reserveCapacity(entries.count)
    for entry in entries where self.tokens.last != entry.bytes {
      ids.append(entry.id)
      self.tokens.append(entry.bytes)
    }
  }
}
