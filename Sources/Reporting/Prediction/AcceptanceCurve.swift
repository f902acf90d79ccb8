import Foundation
import SpeculativeDecoding

/// The chance that a drafted byte is accepted when all before it in its round are, place by place.
package struct AcceptanceCurve: Sendable, Equatable {
  /// Of fewer compared bytes at one place the rate of all places says more.
  private static let leastTested = 30

  /// The chance at each place, from the first.
  package let chances: [Double]
  /// The chance behind them.
  package let tail: Double

  /// Chances by place, and one for all places behind.
  package init(chances: [Double], tail: Double) {
    self.chances = chances
    self.tail = tail
  }

  /// As measured; nil when nothing was tested.
  package init?(_ rounds: RoundSummary) {
    guard let rate = rounds.counts.testedAcceptanceRate else { return nil }
    let known = rounds.counts.positions.prefix { $0.tested >= Self.leastTested }
    self.init(chances: known.map { Double($0.accepted) / Double($0.tested) }, tail: rate)
  }

  /// The chance at a place, from 0.
  package func chance(_ place: Int) -> Double {
    place < chances.count ? chances[place] : tail
  }

  /// The chance that the first so many bytes are accepted; between whole numbers by a straight line.
  package func survival(_ bytes: Double) -> Double {
    let whole = Int(bytes)
    let survival = (0..<whole).reduce(1.0) { $0 * chance($1) }
    return survival * (1 - (bytes - Double(whole)) * (1 - chance(whole)))
  }

  /// Bytes of a draft of so many that are expected to be accepted.
  package func standing(_ bytes: Double) -> Double {
    var survival = 1.0
    var sum = 0.0
    for place in 0..<Int(bytes) {
      survival *= chance(place)
      sum += survival
    }
    let rest = bytes - Double(Int(bytes))
    return sum + rest * survival * chance(Int(bytes))
  }

  /// The same drafter, a part of its rejections avoided.
  package func avoiding(rejections part: Double) -> AcceptanceCurve {
    func better(_ chance: Double) -> Double { 1 - (1 - chance) * (1 - part) }
    return AcceptanceCurve(chances: chances.map(better), tail: better(tail))
  }
}

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
  static let longest = 4096

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
