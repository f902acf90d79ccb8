/// A binary heap of merges by rank, then by position.
struct MergeQueue {
  private struct Entry {
    let merge: Merge
    let position: Int

    static func precedes(_ left: Entry, _ right: Entry) -> Bool {
      left.merge < right.merge || left.merge == right.merge && left.position < right.position
    }
  }

  private var heap: [Entry] = []

  /// Enters a merge of the symbol at a position with the next; `Merge.none` is left out. O(log n).
  mutating func insert(_ merge: Merge, at position: Int) {
    guard merge != .none else { return }
    let entry = Entry(merge: merge, position: position)
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, Entry.precedes(entry, heap[(index - 1) / 2]) {
      heap[index] = heap[(index - 1) / 2]
      index = (index - 1) / 2
    }
    heap[index] = entry
  }

  /// Takes out the merge of the lowest rank, the leftmost on a tie. O(log n).
  mutating func removeLowest() -> (merge: Merge, position: Int)? {
    guard let lowest = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty { settle(last) }
    return (lowest.merge, lowest.position)
  }

  /// Puts an entry where it belongs, starting from the root, whose entry is gone.
  private mutating func settle(_ entry: Entry) {
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, Entry.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Entry.precedes(heap[child], entry) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = entry
  }
}
