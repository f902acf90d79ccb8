/// Tokens in order of their bytes, without the empty ones, each byte string once.
struct SortedVocabulary {
  /// Sorted position -> token id.
  private(set) var ids: [Int32] = []
  /// Sorted position -> bytes.
  private(set) var tokens: [[UInt8]] = []

  private struct Entry {
    /// The first eight bytes, big-endian, filled up with zeros: decides most comparisons.
    let key: UInt64
    let id: Int32
    let bytes: [UInt8]

    init(id: Int32, bytes: [UInt8]) {
      var key: UInt64 = 0
      for index in 0..<8 {
        key = key << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0)
      }
      self.key = key
      self.id = id
      self.bytes = bytes
    }

    static func precedes(_ left: Entry, _ right: Entry) -> Bool {
      if left.key != right.key { return left.key < right.key }
      if left.bytes == right.bytes { return left.id < right.id }
      return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
  }

  init(_ tokens: [(id: Int32, bytes: [UInt8])]) {
    var entries: [Entry] = []
    entries.reserveCapacity(tokens.count)
    for token in tokens where !token.bytes.isEmpty {
      entries.append(Entry(id: token.id, bytes: token.bytes))
    }
    entries.sort(by: Entry.precedes)
    ids.reserveCapacity(entries.count)
    self.tokens.reserveCapacity(entries.count)
    for entry in entries where self.tokens.last != entry.bytes {
      ids.append(entry.id)
      self.tokens.append(entry.bytes)
    }
  }
}
