/// How often each piece of a text occurs, in order of the first occurrence.
///
/// A hash table with linear probing: text has some hundred times more pieces than distinct ones,
/// and a `Dictionary` would want an array for each to look it up.
struct WordCounts {
  /// The most bytes of all distinct words: what positions of 32 bits can count.
  static let byteLimit = 1 << 30

  /// The bytes of all words, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each word ends in them.
  private(set) var ends: [Int] = []
  /// How often each occurs.
  private(set) var counts: [Int] = []
  /// Word numbers, -1 for none; a power of two, at least twice as many as there are words.
  private var slots = [Int](repeating: -1, count: 1 << 10)
  /// Drawn at random, so that no text can be made to collide. It has no effect on the order.
  private let seed = UInt64.random(in: .min ... .max)

  /// Counts a piece once more.
  ///
  /// - Throws: `BPETrainingError.tooManyWords`.
  mutating func add(_ text: [UInt8], _ piece: Range<Int>) throws(BPETrainingError) {
    let slot = slot(of: text, piece)
    if slots[slot] >= 0 {
      counts[slots[slot]] += 1
      return
    }
    guard bytes.count + piece.count <= Self.byteLimit else {
      throw .tooManyWords(limit: Self.byteLimit)
    }
    slots[slot] = counts.count
    bytes += text[piece]
    ends.append(bytes.count)
    counts.append(1)
    if 2 * counts.count > slots.count { grow() }
  }

  /// Where a word is in `bytes`.
  func range(of word: Int) -> Range<Int> {
    (word > 0 ? ends[word - 1] : 0)..<ends[word]
  }

  /// The slot that has the word, or the empty one where it belongs.
  private func slot(of text: [UInt8], _ piece: Range<Int>) -> Int {
    var slot = hash(text, piece)
    while slots[slot] >= 0, !isWord(slots[slot], text, piece) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func isWord(_ word: Int, _ text: [UInt8], _ piece: Range<Int>) -> Bool {
    let range = range(of: word)
    return range.count == piece.count && bytes[range] == text[piece]
  }

  private func hash(_ text: [UInt8], _ piece: Range<Int>) -> Int {
    var hash = seed
    for index in piece {
      // FNV-1a, with the high bits folded in, which it mixes best.
      hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash) & (slots.count - 1)
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    for word in counts.indices {
      slots[slot(of: bytes, range(of: word))] = word
    }
  }
}
