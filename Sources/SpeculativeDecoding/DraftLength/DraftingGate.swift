/// Turns drafting off while it loses against plain decoding, and tries now and then whether it
/// still does.
///
/// One account, in plain steps: each round adds the bytes that it brought, less what it cost. A
/// trial ends when its credit is spent. Accepted bytes add some, up to a limit, since where bytes are
/// accepted a loss may be bad luck; and half of what was gained before may be lost again. The pause
/// that follows doubles from trial to trial; after the first, the loss is at most 0.4 % of it. Those
/// that share passes share the account: each by itself would try what the others have tried.
final class DraftingGate {
  private static let (firstCredit, laterCredit) = (3.0, 1.2)
  private static let (creditPerAcceptedByte, acceptanceCreditLimit) = (0.8, 12.0)
  private static let (gainShare, gainCreditLimit) = (0.5, 16.0)
  /// In rounds, of the first pause and of the longest.
  private static let pauses = 16...512
  /// The part of the time that trials may cost.
  private static let trialShare = 0.004
  /// The most that a trial is believed to have lost, whatever was measured.
  private static let credibleLoss = 4.0

  private var credit = firstCredit
  private var acceptanceCredit = 0.0
  private var total = 0.0
  private var trialGain = 0.0
  private var isFirstTrial = true
  private var pause = pauses.lowerBound
  private var pauseLeft: Int
  var members = 1
  /// Plain steps that drafting may still lose before it pauses.
  private(set) var balance = firstCredit

  init(isHopeless: Bool = false) {
    pauseLeft = isHopeless ? Self.pauses.upperBound : 0
  }

  /// Whether drafting is off.
  var isPaused: Bool { pauseLeft > 0 }

  /// Counts a round that drafted nothing.
  func recordPlainRound() { pauseLeft = max(0, pauseLeft - 1) }

  /// Counts a round that drafted, in plain steps.
  ///
  /// - Parameter resuming: what the drafter's catching up after a pause cost besides.
  /// - Returns: whether a pause begins.
  func record(gain: Double, accepted: Int, resuming: Double) -> Bool {
    total += gain - resuming
    if isPaused { return false }
    trialGain += gain - resuming
    let granted = min(
      Self.creditPerAcceptedByte * Double(accepted), Self.acceptanceCreditLimit - acceptanceCredit)
    acceptanceCredit += granted
    let limit =
      credit + acceptanceCredit + min(max(0, total) * Self.gainShare, Self.gainCreditLimit)
    balance = min(balance + gain + granted, limit)
    if trialGain > Self.firstCredit { pause = Self.pauses.lowerBound }
    guard balance < 0 else { return false }
    let credible = Self.credibleLoss * Double(members)
    let owed = isFirstTrial ? 0 : min(max(0, -trialGain), credible) / Self.trialShare
    pauseLeft = max(pause * members, Int(owed))
    pause = min(2 * pause, Self.pauses.upperBound)
    isFirstTrial = false
    trialGain = 0
    (credit, balance) = (Self.laterCredit, Self.laterCredit)
    return true
  }
}
