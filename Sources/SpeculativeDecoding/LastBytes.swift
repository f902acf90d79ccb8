/// Decided bytes that the drafter has not been shown, while nothing is drafted.
///
/// Only the last ones are kept. A drafter is any guess, so what it never saw costs acceptance at
/// most; after a long pause, taking in all of it would cost more than the draft is worth, and the
/// memory of it would grow with the output.
struct UnseenBytes {
  /// The most bytes that are shown at once.
  private let limit: Int
  private var storage: [UInt8] = []

  /// - Parameter roundLimit: the most bytes of a round: without a pause none is left out.
  init(roundLimit: Int) {
    limit = max(64, roundLimit)
  }

  /// The last bytes, in order.
  var bytes: ArraySlice<UInt8> { storage.suffix(limit) }

  mutating func append(_ decided: [UInt8]) {
    storage += decided
    // Half of it at a time, so that a byte is moved once on average.
    if storage.count / 2 >= limit { storage.removeFirst(storage.count - limit) }
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
  }
}
