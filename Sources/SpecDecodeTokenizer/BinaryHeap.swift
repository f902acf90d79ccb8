/// A queue that gives out its smallest element first.
struct BinaryHeap<Element: Comparable> {
  private var elements: [Element] = []

  /// Enters an element. O(log n).
  mutating func insert(_ element: Element) {
    elements.append(element)
    var index = elements.count - 1
    while index > 0, element < elements[(index - 1) / 2] {
      elements[index] = elements[(index - 1) / 2]
      index = (index - 1) / 2
    }
    elements[index] = element
  }

  /// Takes out the smallest element. O(log n).
  mutating func removeSmallest() -> Element? {
    guard let smallest = elements.first, let last = elements.popLast() else { return nil }
    if !elements.isEmpty { settle(last) }
    return smallest
  }

  /// Puts an element where it belongs, starting from the root, whose element is gone.
  private mutating func settle(_ element: Element) {
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < elements.count else { break }
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < element else { break }
      elements[index] = elements[child]
      index = child
    }
    elements[index] = element
  }
}
