/// The median of the last 16 values, which one far-off value does not move; the lower of the two
/// in the middle, so that of two first values the undisturbed one counts.
struct RunningMedian {
  private static let capacity = 16

  private var values = SIMD16<Double>(repeating: .infinity)
  private var next = 0

  /// How many values count, at most 16.
  private(set) var count = 0

  /// Nil before the first value.
  private(set) var median: Double?

  /// - Complexity: O(16 x 16), without allocating.
  mutating func record(_ value: Double) {
    values[next] = value
    next = (next + 1) % Self.capacity
    count = min(count + 1, Self.capacity)
    median = entry(ofRank: (count - 1) / 2)
  }

  /// The value that at most `rank` others are less than and more than `rank` are not above.
  private func entry(ofRank rank: Int) -> Double {
    var best = Double.infinity
    for index in 0..<count {
      let value = values[index]
      guard value < best else { continue }
      var notAbove = 0
      for other in 0..<count where values[other] <= value { notAbove += 1 }
      if notAbove > rank { best = value }
    }
    return best
  }
}
