public import DecodingCore

/// A drafter that needs no training: it proposes what followed where the text was the same before.
///
/// For any verifier, as the output never depends on the drafter; it pays where a text repeats itself,
/// as code, lists, tables and summaries do. The method is prompt lookup (Saxena 2023) with bytes in
/// place of tokens. What it knows lives in the session: each generation begins with nothing.
public struct NgramDrafter: DrafterModel {
  /// There is nothing to load.
  public init() {}

  /// A session that has seen nothing.
  public func makeSession() -> NgramDrafterSession { NgramDrafterSession() }
}

/// The text of one generation, and where its parts occurred last.
public final class NgramDrafterSession: DrafterSession {
  /// Bytes of a unit: with few, a draft ends where it stops paying.
  private static let unit = 4

  private var text: [UInt8] = []
  private var occurrences = LastOccurrences()
  /// The text's end and the draft after it: working memory.
  private var context: [UInt8] = []

  /// No weights are read.
  public var tokenByteCount: Int? { 0 }

  /// Takes note of decided bytes.
  public func observe(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      occurrences.record(endOf: text)
      text.append(byte)
    }
  }

  /// There is nothing to catch up with.
  public func catchUp() {}

  /// Appends up to four bytes that followed the longest part of the text's end that it has had.
  public func extend(_ draft: inout Draft, sampler: inout ByteSampler) -> Bool {
    context.removeAll(keepingCapacity: true)
    context += text.suffix(LastOccurrences.longest)
    context += draft.bytes
    guard let match = occurrences.match(of: context, in: text) else { return false }
    for byte in text[match.place...].prefix(Self.unit) {
      draft.append(byte, probability: match.chance)
    }
    draft.endToken()
    return true
  }
}

/// Where the text went on after each of its parts, the last time.
private struct LastOccurrences {
  /// Bytes that must be the same, and the chance that the next is too: a first guess, which a decoder
  /// calibrates.
  private static let lengths: [(bytes: Int, chance: Float)] = [(20, 0.95), (10, 0.8), (6, 0.5)]
  private static let bits = 14

  /// The most bytes that are compared.
  static var longest: Int { lengths[0].bytes }

  /// For each length and hash the place after the part; 0 for none.
  private var places = [Int](repeating: 0, count: lengths.count << bits)

  /// Notes that a byte is about to follow a text.
  mutating func record(endOf text: [UInt8]) {
    for (row, length) in Self.lengths.enumerated() where text.count >= length.bytes {
      places[Self.index(row, text.suffix(length.bytes))] = text.count
    }
  }

  /// Where the text went on after the longest part that a context ends with.
  func match(of context: [UInt8], in text: [UInt8]) -> (place: Int, chance: Float)? {
    for (row, length) in Self.lengths.enumerated() where context.count >= length.bytes {
      let end = context.suffix(length.bytes)
      let place = places[Self.index(row, end)]
      if place > 0, text[(place - length.bytes)..<place].elementsEqual(end) {
        return (place, length.chance)
      }
    }
    return nil
  }

  /// FNV-1a, folded.
  private static func index(_ row: Int, _ bytes: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return row << bits | Int(truncatingIfNeeded: (hash ^ hash >> 32) & (1 << UInt64(bits) - 1))
  }
}
