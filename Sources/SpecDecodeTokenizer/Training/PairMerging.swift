/// The words of a text as tokens, merged pair by pair.
///
/// The tokens of all words stand in one array of linked lists, so that a merge costs as much as
/// the pair has occurrences, however long the words are.
struct PairMerging {
  /// The most bytes of a token: longer ones are of no use, and repetitive text would make many.
  static let tokenLimit = 1024

  private static let none: Int32 = -1

  /// What has been learnt so far.
  private(set) var vocabulary = TrainedVocabulary()
  private var statistics = PairStatistics()
  /// Tokens, `none` where one was merged into the one before it. [bytes of all words]
  private var symbols: [Int32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// How often the word of a position occurs.
  private var counts: [Int] = []

  /// Takes every byte of the words as a token.
  init(words: WordCounts) {
    symbols = words.bytes.map { vocabulary.id(of: $0) }
    next = Array(repeating: Self.none, count: symbols.count)
    previous = next
    counts = Array(repeating: 0, count: symbols.count)
    for (word, count) in words.counts.enumerated() {
      let range = words.range(of: word)
      for position in range {
        counts[position] = count
        guard position + 1 < range.upperBound else { break }
        next[position] = Int32(position + 1)
        previous[position + 1] = Int32(position)
        statistics.add(pair(at: position), at: Int32(position), count: count)
      }
    }
    enterRisen()
  }

  /// Merges the pair that occurs most often; false when none occurs twice.
  mutating func mergeBest() -> Bool {
    guard let (index, pair) = statistics.removeBest() else { return false }
    let product = vocabulary.merge(pair)
    for position in statistics.takePositions(of: index) {
      merge(pair, at: Int(position), to: product)
    }
    statistics.clear(index)
    enterRisen()
    return true
  }

  private func pair(at position: Int) -> TokenPair {
    TokenPair(left: symbols[position], right: symbols[Int(next[position])])
  }

  private mutating func merge(_ pair: TokenPair, at position: Int, to product: Int32) {
    let right = Int(next[position])
    guard right >= 0, symbols[position] == pair.left, symbols[right] == pair.right else { return }
    let count = counts[position]
    let before = Int(previous[position])
    let after = Int(next[right])
    if before >= 0 { statistics.remove(self.pair(at: before), count: count) }
    if after >= 0 { statistics.remove(self.pair(at: right), count: count) }
    symbols[position] = product
    symbols[right] = Self.none
    next[position] = Int32(after)
    next[right] = Self.none
    if before >= 0 {
      statistics.add(self.pair(at: before), at: Int32(before), count: count)
    }
    if after >= 0 {
      previous[after] = Int32(position)
      statistics.add(self.pair(at: position), at: Int32(position), count: count)
    }
  }

  private mutating func enterRisen() {
    statistics.enterRisen { [vocabulary] pair in
      vocabulary.length(of: pair.left) + vocabulary.length(of: pair.right) <= Self.tokenLimit
    }
  }
}
