/// What drafting may still lose before it is paused, in plain passes.
///
/// Two accounts. One counts what rounds bring, which bounds the loss; the other, half of that and
/// half of what was expected of them, which depends less on luck, and so may be smaller: it ends
/// soon what is known to lose. Gains refill them, up to where they began and a part of all that
/// drafting has gained before. Each drafted byte that stands adds some credit, up to a limit:
/// where bytes stand a loss may be bad luck, where none does it is not.
struct DraftingCredit {
  private static let firstLimit = 2.3
  private static let laterLimit = 0.8
  /// How much more of what rounds bring may be lost.
  private static let realisedFactor = 1.5
  private static let bonusShare = 0.5
  private static let bonusLimit = 16.0
  private static let trustShare = 0.8
  private static let trustLimit = 16.0

  private var limit: Double
  private var realised: Double
  private var tempered: Double
  private var total = 0.0
  /// What the bytes that stood have added.
  private var trust = 0.0

  /// The credit of a generation's first trial.
  static let first = DraftingCredit(limit: firstLimit)

  private init(limit: Double) {
    self.limit = limit
    realised = limit * Self.realisedFactor
    tempered = limit
  }

  /// Whether drafting must pause.
  var isSpent: Bool { realised < 0 || tempered < 0 }

  /// What may still be lost; at least 0.
  var left: Double { max(0, realised) }

  /// Whether as much is left as there was at the beginning.
  var isWhole: Bool { tempered >= limit }

  /// Learns from a round.
  mutating func record(_ round: RoundOutcome) {
    total += round.gain - round.catchUp
    let added = min(Self.trustShare * Double(round.accepted), Self.trustLimit - trust)
    trust += added
    let bonus = min(max(0, total) * Self.bonusShare, Self.bonusLimit) + trust
    realised = min(realised + round.gain + added, limit * Self.realisedFactor + bonus)
    tempered = min(
      tempered + (round.gain + round.expectedGain + added) / 2, limit + bonus / 2)
  }

  /// Gives a trial after a pause its own, smaller credit.
  mutating func renew() {
    limit = Self.laterLimit
    realised = limit * Self.realisedFactor
    tempered = limit
  }
}
