/// A merge: its rank in the upper half, the token it makes in the lower, so that comparing two
/// merges compares their ranks.
struct Merge: Comparable {
  /// No merge: after every merge.
  static let none = Merge(bits: .max)

  private let bits: UInt64

  private init(bits: UInt64) {
    self.bits = bits
  }

  init(rank: UInt32, product: Int32) {
    bits = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: product))
  }

  var product: Int32 { Int32(truncatingIfNeeded: bits) }

  static func < (left: Merge, right: Merge) -> Bool { left.bits < right.bits }
}

/// The merges by the pair of tokens they join: a hash table with linear probing.
///
/// Several times faster than `Dictionary` with its keyed hash, and every pair of every pre-token
/// is looked up. The multiplier is drawn at random, so a file cannot choose keys that collide.
struct MergeTable {
  private struct Slot {
    var key: UInt64
    var merge: Merge
  }

  private static let emptyKey = UInt64.max
  private let multiplier: UInt64
  private let shift: UInt64
  /// A power of two, at least twice as many as there are merges.
  private var slots: [Slot]

  /// An empty table with room for `capacity` merges.
  init(capacity: Int) {
    let size = max(2 * capacity, 2)
    let bits = Int.bitWidth - (size - 1).leadingZeroBitCount
    multiplier = UInt64.random(in: .min ... .max) | 1
    shift = UInt64(64 - bits)
    slots = Array(repeating: Slot(key: Self.emptyKey, merge: .none), count: 1 << bits)
  }

  /// The merge of a pair, or `Merge.none`. Expected constant time.
  func merge(_ left: Int32, _ right: Int32) -> Merge {
    slots[index(of: Self.key(left, right))].merge
  }

  /// Enters a merge; a pair that is there already takes the new one, as in the reference.
  mutating func insert(_ merge: Merge, left: Int32, right: Int32) {
    let key = Self.key(left, right)
    slots[index(of: key)] = Slot(key: key, merge: merge)
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The slot that holds the key, or the empty one where it belongs.
  private func index(of key: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: (key &* multiplier) >> shift)
    while slots[index].key != key && slots[index].key != Self.emptyKey {
      index = (index + 1) & (slots.count - 1)
    }
    return index
  }
}
