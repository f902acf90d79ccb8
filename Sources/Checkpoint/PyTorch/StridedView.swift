/// How the elements of a tensor lie in a storage.
struct StridedView {
  /// Its sizes, the slowest first, none negative.
  let shape: [Int]
  /// Elements from one to the next along each dimension.
  let strides: [Int]

  /// Elements from the first to one past the last; nil when a stride is negative, elements overlap
  /// otherwise than by a stride of 0, or the number overflows.
  var span: Int? {
    guard !shape.contains(0) else { return strides.contains { $0 < 0 } ? nil : 0 }
    var span = 1
    for dimension in storageOrder.reversed() where shape[dimension] > 1 {
      let stride = strides[dimension]
      guard stride == 0 || stride >= span else { return nil }
      let (length, overflow) = (shape[dimension] - 1).multipliedReportingOverflow(by: stride)
      let (next, overflowToo) = span.addingReportingOverflow(length)
      guard !overflow, !overflowToo else { return nil }
      span = next
    }
    return strides.contains { $0 < 0 } ? nil : span
  }

  /// Whether the elements lie one after another in row-major order.
  var isRowMajor: Bool {
    guard !shape.contains(0) else { return true }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size > 1 {
      guard stride == expected else { return false }
      expected = expected.multipliedReportingOverflow(by: size).partialValue
    }
    return true
  }

  /// Calls `body` with the place of every element in the storage, never descending, and its number
  /// in row-major order. The span must be valid.
  func forEachElement<E: Error>(_ body: (_ source: Int, _ target: Int) throws(E) -> Void) throws(E)
  {
    guard !shape.contains(0) else { return }
    var targetStrides = [Int](repeating: 1, count: shape.count)
    for dimension in shape.indices.dropLast().reversed() {
      targetStrides[dimension] = targetStrides[dimension + 1] * shape[dimension + 1]
    }
    let order = storageOrder.filter { shape[$0] > 1 }
    var index = [Int](repeating: 0, count: shape.count)
    var (source, target) = (0, 0)
    while true {
      try body(source, target)
      var place = order.count - 1
      while place >= 0 {
        let dimension = order[place]
        index[dimension] += 1
        source += strides[dimension]
        target += targetStrides[dimension]
        if index[dimension] < shape[dimension] { break }
        source -= strides[dimension] * shape[dimension]
        target -= targetStrides[dimension] * shape[dimension]
        index[dimension] = 0
        place -= 1
      }
      if place < 0 { return }
    }
  }

  /// The dimensions from the longest stride to the shortest.
  private var storageOrder: [Int] {
    shape.indices.sorted { (strides[$0], $1) > (strides[$1], $0) }
  }
}
