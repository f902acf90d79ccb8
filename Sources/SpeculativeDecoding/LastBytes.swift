/// The end of a stream of bytes: what comes before the last ones is forgotten.
///
/// So is kept what a drafter has not been shown while nothing is drafted. A drafter is any guess,
/// so what it never saw costs acceptance at most; after a long pause, taking in all of it would
/// cost more than the draft is worth, and the memory of it would grow with the output.
struct LastBytes {
  /// The most bytes that are kept.
  private let limit: Int
  private var storage: [UInt8] = []

  /// - Parameter limit: at least 1.
  init(limit: Int) {
    self.limit = limit
    storage.reserveCapacity(3 * limit)
  }

  /// The last bytes, in order.
  var bytes: ArraySlice<UInt8> { storage.suffix(limit) }

  mutating func append(_ more: some Collection<UInt8>) {
    storage += more
    // Half of it at a time, so that a byte is moved once on average.
    if storage.count / 2 >= limit { storage.removeFirst(storage.count - limit) }
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
  }
}
