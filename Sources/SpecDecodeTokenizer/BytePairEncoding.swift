/// Byte-pair encoding of one pre-token: while two neighbours have a merge, join those with the
/// lowest rank, the leftmost on a tie.
///
/// A value of it is the working memory of one encoding run; it is kept between pre-tokens.
struct BytePairEncoding {
  /// Up to this many symbols a scan for the lowest rank is faster than a queue.
  private static let scanLimit = 64

  private let merges: MergeTable
  /// The tokens of the pre-token, replaced in place.
  var symbols: [Int32] = []
  /// The merge of each symbol with the next.
  private var candidates: [Merge] = []

  init(merges: MergeTable) {
    self.merges = merges
  }

  /// Merges `symbols` as far as they go. O(n log n) for long pre-tokens.
  mutating func mergeSymbols() {
    if symbols.count > Self.scanLimit {
      mergeByQueue()
    } else if symbols.count > 1 {
      mergeByScan()
    }
  }

  private mutating func mergeByScan() {
    candidates.removeAll(keepingCapacity: true)
    for index in 0..<symbols.count - 1 {
      candidates.append(merges.merge(symbols[index], symbols[index + 1]))
    }
    while let (index, merge) = lowestCandidate() {
      symbols[index] = merge.product
      symbols.remove(at: index + 1)
      candidates.remove(at: index)
      if index > 0 {
        candidates[index - 1] = merges.merge(symbols[index - 1], symbols[index])
      }
      if index < candidates.count {
        candidates[index] = merges.merge(symbols[index], symbols[index + 1])
      }
    }
  }

  private func lowestCandidate() -> (index: Int, merge: Merge)? {
    var lowest = Merge.none
    var position = 0
    for index in candidates.indices where candidates[index] < lowest {
      lowest = candidates[index]
      position = index
    }
    return lowest == .none ? nil : (position, lowest)
  }

  /// The symbols as a doubly linked list, the merges in a queue by rank and position. An entry
  /// whose pair has changed since is dropped when it comes up.
  private mutating func mergeByQueue() {
    let end = symbols.count
    var next = Array(1...end)
    var previous = Array(-1..<end - 1)
    var queue = BinaryHeap<QueuedMerge>()
    for index in 0..<end - 1 {
      queue.insert(merges.merge(symbols[index], symbols[index + 1]), at: index)
    }
    let removed: Int32 = -1
    while let queued = queue.removeSmallest() {
      let (merge, left) = (queued.merge, queued.position)
      let right = next[left]
      guard symbols[left] != removed, right < end,
        merges.merge(symbols[left], symbols[right]) == merge
      else { continue }
      symbols[left] = merge.product
      symbols[right] = removed
      next[left] = next[right]
      if next[left] < end {
        previous[next[left]] = left
        queue.insert(merges.merge(merge.product, symbols[next[left]]), at: left)
      }
      if previous[left] >= 0 {
        queue.insert(merges.merge(symbols[previous[left]], merge.product), at: previous[left])
      }
    }
    symbols.removeAll { $0 == removed }
  }
}

/// A merge of the symbol at a position with the next: by rank, then by position.
private struct QueuedMerge: Comparable {
  let merge: Merge
  let position: Int

  static func < (left: QueuedMerge, right: QueuedMerge) -> Bool {
    left.merge < right.merge || left.merge == right.merge && left.position < right.position
  }
}

extension BinaryHeap<QueuedMerge> {
  /// Enters a merge; `Merge.none` is left out. O(log n).
  fileprivate mutating func insert(_ merge: Merge, at position: Int) {
    if merge != .none { insert(QueuedMerge(merge: merge, position: position)) }
  }
}
