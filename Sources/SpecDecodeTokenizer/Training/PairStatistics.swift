/// A pair of neighbouring tokens.
struct TokenPair: Hashable {
  let left: Int32
  let right: Int32
}

/// How often every pair occurs in the words, and where.
struct PairStatistics {
  /// An entry of the queue: a pair and how often it occurred when it was entered.
  struct Entry: Comparable {
    let pair: TokenPair
    /// The pair's place in the lists.
    let index: Int
    let count: Int

    /// The most frequent first, then by the ids.
    static func < (left: Entry, right: Entry) -> Bool {
      if left.count != right.count { return left.count > right.count }
      return (left.pair.left, left.pair.right) < (right.pair.left, right.pair.right)
    }
  }

  /// A pair that occurs once only says what one word is.
  static let smallestCount = 2

  private var indices: [TokenPair: Int] = [:]
  private var pairs: [TokenPair] = []
  private var counts: [Int] = []
  /// Positions of left tokens. Some are past: their tokens have been merged with others.
  private var positions: [[Int32]] = []
  /// Pairs that occur more often than when they were last entered.
  private var risen: [Int] = []
  private var queue = BinaryHeap<Entry>()

  /// Notes a new occurrence of a pair, in a word that occurs `count` times.
  mutating func add(_ pair: TokenPair, at position: Int32, count: Int) {
    let index = index(of: pair)
    counts[index] += count
    positions[index].append(position)
    risen.append(index)
  }

  /// Takes back an occurrence; its position stays listed.
  mutating func remove(_ pair: TokenPair, count: Int) {
    if let index = indices[pair] { counts[index] -= count }
  }

  /// Enters the pairs that have risen since the last call, but for those that are not wanted.
  mutating func enterRisen(where isWanted: (TokenPair) -> Bool) {
    for index in Set(risen).sorted() where isWanted(pairs[index]) { enter(index) }
    risen.removeAll(keepingCapacity: true)
  }

  /// Takes out the pair that occurs most often; nil when none occurs often enough.
  mutating func removeBest() -> (index: Int, pair: TokenPair)? {
    while let entry = queue.removeSmallest() {
      if entry.count == counts[entry.index] { return (entry.index, entry.pair) }
      // It has fallen since; one that has risen was entered again.
      if entry.count > counts[entry.index] { enter(entry.index) }
    }
    return nil
  }

  /// The positions of a pair in rising order, taken out.
  mutating func takePositions(of index: Int) -> [Int32] {
    var taken: [Int32] = []
    swap(&taken, &positions[index])
    taken.sort()
    return taken
  }

  /// Notes that a pair does not occur any more.
  mutating func clear(_ index: Int) {
    counts[index] = 0
  }

  private mutating func enter(_ index: Int) {
    guard counts[index] >= Self.smallestCount else { return }
    queue.insert(Entry(pair: pairs[index], index: index, count: counts[index]))
  }

  private mutating func index(of pair: TokenPair) -> Int {
    if let index = indices[pair] { return index }
    indices[pair] = pairs.count
    pairs.append(pair)
    counts.append(0)
    positions.append([])
    return pairs.count - 1
  }
}
