import TestSupport

/// Byte-pair encoding as its definition has it: look at every pair, join the one with the lowest
/// rank, the leftmost on a tie, and start over.
struct BytePairReference {
  /// Token id -> bytes; the first `symbols` are single bytes.
  private(set) var tokens: [[UInt8]]
  private(set) var merges: [(left: Int, right: Int)] = []
  private var ranks: [[Int]: Int] = [:]

  /// Single bytes, and merges of tokens picked at random, some of them twice, some of them with
  /// a product that another merge makes as well.
  init(symbols: [UInt8], mergeCount: Int, using random: inout SeededGenerator) {
    tokens = symbols.map { [$0] }
    for _ in 0..<mergeCount {
      let left = Int.random(in: 0..<tokens.count, using: &random)
      let right = Int.random(in: 0..<tokens.count, using: &random)
      let product = tokens[left] + tokens[right]
      guard product.count <= 12 else { continue }
      if !tokens.contains(product) { tokens.append(product) }
      ranks[[left, right]] = merges.count
      merges.append((left, right))
    }
  }

  func encode(_ bytes: [UInt8]) -> [Int32] {
    var ids = bytes.compactMap { tokens.firstIndex(of: [$0]) }
    while true {
      var best: (rank: Int, index: Int)?
      for index in ids.indices.dropLast() {
        guard let rank = ranks[[ids[index], ids[index + 1]]] else { continue }
        if rank < best?.rank ?? .max { best = (rank, index) }
      }
      guard let index = best?.index else { return ids.map(Int32.init) }
      let product = tokens[ids[index]] + tokens[ids[index + 1]]
      ids.replaceSubrange(index...index + 1, with: tokens.indices.filter { tokens[$0] == product })
    }
  }
}
