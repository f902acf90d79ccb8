import Foundation

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
    guard let rate = rounds.testedAcceptanceRate else { return nil }
    let known = rounds.positions.prefix { $0.tested >= Self.leastTested }
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
