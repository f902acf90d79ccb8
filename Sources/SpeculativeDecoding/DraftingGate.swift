/// Turns drafting off while it does not pay, and probes now and then whether it does again.
struct DraftingGate {
  /// What a round may do.
  enum Permission {
    /// Draft nothing.
    case nothing
    /// Draft what seems to pay.
    case judged
    /// Draft this many tokens, to measure what they cost and bring.
    case probe(tokens: Int)
  }

  /// Rounds that probe, and tokens that each drafts: at the start, and after a pause, when a
  /// probe that fails should cost little.
  private static let firstTrial = (rounds: 6, tokens: 3)
  private static let laterTrial = (rounds: 2, tokens: 1)
  /// A pause doubles from one failed probe to the next, between these bounds.
  private static let pauses = 16...512
  /// Early rounds that draft nothing, to measure what plain decoding costs.
  private static let plainRounds = [2, 4]

  private var trial = firstTrial
  private var pause = pauses.lowerBound
  private var pauseLeft = 0
  private var roundCount = 0
  private var permission = Permission.nothing

  /// What this round may do.
  mutating func beginRound() -> Permission {
    roundCount += 1
    permission = nextPermission()
    return permission
  }

  /// Judges drafting by the rates to be expected, in bytes a second.
  ///
  /// - Returns: whether a pause begins.
  mutating func endRound(draftingRate: Double?, plainRate: Double?) -> Bool {
    switch permission {
    case .nothing: return false
    case .probe:
      trial.rounds -= 1
      guard trial.rounds == 0 else { return false }
    case .judged: break
    }
    guard let draftingRate, let plainRate else { return false }
    if draftingRate >= plainRate {
      pause = Self.pauses.lowerBound
      return false
    }
    pauseLeft = pause
    pause = min(pause * 2, Self.pauses.upperBound)
    trial = Self.laterTrial
    return true
  }

  private mutating func nextPermission() -> Permission {
    if Self.plainRounds.contains(roundCount) { return .nothing }
    if pauseLeft > 0 {
      pauseLeft -= 1
      return .nothing
    }
    return trial.rounds > 0 ? .probe(tokens: trial.tokens) : .judged
  }
}
