/// Every n-th entry of a list, so that several machines share the work.
package struct Shard: Sendable, Equatable, Hashable, Codable {
  /// Which part, from 1 to `count`.
  package let index: Int
  /// How many parts there are.
  package let count: Int

  /// The most parts that there may be.
  package static let countLimit = 1_000_000

  /// A part; nil when there is no such part.
  package init?(index: Int, of count: Int) {
    guard (1...Self.countLimit).contains(count), (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads `I/N`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index: index, of: count)
  }

  /// Refuses a part that there is not.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let index = try container.decode(Int.self, forKey: .index)
    let count = try container.decode(Int.self, forKey: .count)
    guard let shard = Self(index: index, of: count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .index, in: container, debugDescription: "there is no shard \(index) of \(count)")
    }
    self = shard
  }

  /// Whether the entry at a place, counted from 0, belongs to this part.
  package func contains(_ place: Int) -> Bool { place % count == index - 1 }
}
