/// Turns drafting off while it loses against plain decoding, and tries now and then whether it
/// still does.
///
/// Losses are counted in plain passes: what a round took over a plain pass, less the bytes that it
/// brought. A trial ends when it has lost its credit. The pause that follows is so long that the
/// loss is 0.4 % of it, but for the first trial's, so that drafting that had a bad start is not
/// left out for long. So over n bytes of which none stands in a draft, decoding takes at most
///
///     n + 3.45 + 1.2 + 0.004 n  plain passes, and the drafter's part of each trial's last round
///
/// and 16 more where some stand but no draft gains, where costs are as measured: no window is so long
/// that a round in which nothing stands loses more of the verifier's time than the credit that is
/// left. Pauses double besides, so there are few trials. Half of what drafting has gained on this text
/// before may be lost again, up to 16 passes: a bad stretch in good text is no reason to stop.
struct DraftingGate {
  /// What a round may do.
  enum Permission {
    /// Draft nothing.
    case nothing
    /// Draft at least one token, which need not be handed to the verifier, then what seems to pay.
    case drafting
  }

  /// A pause doubles from one failed trial to the next, between these bounds.
  private static let pauses = 16...512
  /// The pause after a trial that gained before it failed.
  private static let briefPause = 8
  /// Rounds after which a trial that has kept its credit has shown that drafting pays.
  private static let provenRounds = 24
  /// The most that a trial is believed to have lost, whatever was measured.
  private static let credibleLoss = 4.0
  /// The part of the time that trials may cost.
  private static let trialShare = 0.004

  private var credit = DraftingCredit.first
  private var measuring = PlainMeasuring()
  private var isFirstTrial = true
  private var trialRounds = 0
  private var trialGain = 0.0
  private var pause = pauses.lowerBound
  private var pauseLeft = 0
  private var permission = Permission.nothing

  /// Plain passes that drafting may still lose before it pauses.
  var left: Double { credit.left }

  /// What this round may do.
  mutating func beginRound() -> Permission {
    if pauseLeft > 0 {
      pauseLeft -= 1
      permission = .nothing
    } else if measuring.isDue() {
      permission = .nothing
    } else {
      trialRounds += 1
      permission = .drafting
    }
    return permission
  }

  /// Judges a round.
  ///
  /// - Parameters:
  ///   - round: what it brought and cost.
  ///   - advantage: seconds that a byte costs less with drafting than without; at least 0.
  /// - Returns: whether a pause begins.
  mutating func endRound(_ round: RoundOutcome, advantage: Double) -> Bool {
    guard permission == .drafting else {
      if pauseLeft == 0 { measuring.schedule(advantage: advantage, seconds: round.seconds) }
      return false
    }
    trialGain += round.gain - round.catchUp
    credit.record(round)
    if trialRounds >= Self.provenRounds, credit.isWhole { pause = Self.pauses.lowerBound }
    guard credit.isSpent else { return false }
    beginPause()
    return true
  }

  private mutating func beginPause() {
    let loss = isFirstTrial ? 0 : min(max(0, -trialGain), Self.credibleLoss)
    let owed = Int(loss / Self.trialShare)
    pauseLeft = trialGain > 0 ? Self.briefPause : max(pause, owed)
    pause = min(pause * 2, Self.pauses.upperBound)
    isFirstTrial = false
    trialRounds = 0
    trialGain = 0
    credit.renew()
  }
}

/// What a round brought and cost.
struct RoundOutcome {
  /// Drafted bytes that stood.
  let accepted: Int

  /// Bytes that it brought, less what it cost in plain passes.
  let gain: Double

  /// The same with the bytes that were expected of what was verified: no luck in it.
  let expectedGain: Double

  /// What the drafter's catching up after a pause cost besides, in plain passes.
  let catchUp: Double

  /// Seconds that it cost.
  let seconds: Double
}
