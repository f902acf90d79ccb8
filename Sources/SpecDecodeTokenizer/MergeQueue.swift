/// A queue of merges by rank, then by position.
struct MergeQueue {
  private struct Entry: Comparable {
    let merge: Merge
    let position: Int

    static func < (left: Entry, right: Entry) -> Bool {
      left.merge < right.merge || left.merge == right.merge && left.position < right.position
    }
  }

  private var heap = BinaryHeap<Entry>()

  /// Enters a merge of the symbol at a position with the next; `Merge.none` is left out. O(log n).
  mutating func insert(_ merge: Merge, at position: Int) {
    guard merge != .none else { return }
    heap.insert(Entry(merge: merge, position: position))
  }

  /// Takes out the merge of the lowest rank, the leftmost on a tie. O(log n).
  mutating func removeLowest() -> (merge: Merge, position: Int)? {
    heap.removeSmallest().map { ($0.merge, $0.position) }
  }
}
