/// How far rounds draft: how often so many tokens of so many bytes in all.
package struct DraftShape: Sendable, Equatable {
  /// Rounds that draft alike.
  package struct Entry: Sendable, Equatable {
    /// Tokens of the draft.
    package var tokens: Double
    /// Bytes handed to the verifier.
    package var bytes: Double
    /// How many such rounds there are.
    package var weight: Double
  }

  /// Beyond this a round's length changes nothing that can be seen; a hostile file may name any.
  private static let longest = 4096

  /// All kinds of rounds; weights are above 0.
  package let entries: [Entry]

  /// Every round drafts the same.
  package init(tokens: Double, bytes: Double) {
    entries = [Entry(tokens: tokens, bytes: bytes, weight: 1)]
  }

  /// As samples drafted; nil without rounds that say so.
  package init?(_ samples: [BenchmarkSample]) {
    var counts: [SIMD2<Int>: Int] = [:]
    for rounds in samples.map(\.rounds) {
      guard let drafted = rounds.drafted, let tokens = rounds.tokens else { continue }
      for round in 0..<rounds.count {
        let kind = SIMD2(min(tokens[round], Self.longest), min(drafted[round], Self.longest))
        counts[kind, default: 0] += 1
      }
    }
    guard !counts.isEmpty else { return nil }
    let kinds = counts.keys.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    entries = kinds.map {
      Entry(tokens: Double($0.x), bytes: Double($0.y), weight: Double(counts[$0, default: 0]))
    }
  }

  /// The mean over rounds.
  package func mean(_ value: (Entry) -> Double) -> Double {
    var sum = 0.0
    var weight = 0.0
    for entry in entries {
      sum += entry.weight * value(entry)
      weight += entry.weight
    }
    return sum / weight
  }
}
