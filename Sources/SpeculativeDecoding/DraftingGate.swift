/// Turns drafting off while it does not pay, and probes now and then whether it does again.
struct DraftingGate {
  /// Tokens of a round that only measures.
  static let probeTokens = 3
  /// Rounds that measure drafting before it is judged.
  private static let trialRounds = 8
  /// A pause doubles from one failed probe to the next, between these bounds.
  private static let pauses = 16...512

  private var trialsLeft = trialRounds
  private var pause = pauses.lowerBound
  private var pauseLeft = 0
  private var roundCount = 0

  /// Whether this round may draft.
  mutating func beginRound() -> Bool {
    roundCount += 1
    // Two of the first rounds draft nothing: they measure what plain decoding costs.
    if roundCount == 2 || roundCount == 4 { return false }
    guard pauseLeft > 0 else { return true }
    pauseLeft -= 1
    return false
  }

  /// Judges drafting by the rates measured so far, in bytes a second.
  mutating func endRound(didDraft: Bool, draftingRate: Double?, plainRate: Double?) {
    guard didDraft else { return }
    trialsLeft = max(0, trialsLeft - 1)
    guard trialsLeft == 0, let draftingRate, let plainRate else { return }
    if draftingRate < plainRate {
      pauseLeft = pause
      pause = min(pause * 2, Self.pauses.upperBound)
      // A probe is judged by a few rounds, not by one.
      trialsLeft = Self.probeTokens
    } else {
      pause = Self.pauses.lowerBound
    }
  }
}

/// Bytes over seconds, old rounds fading.
struct DecodingRate {
  private static let decay = 0.97
  private var bytes = 0.0
  private var seconds = 0.0

  /// Nil before the first round.
  var bytesPerSecond: Double? { seconds > 0 ? bytes / seconds : nil }

  mutating func record(bytes: Int, seconds: Double) {
    self.bytes = self.bytes * Self.decay + Double(bytes)
    self.seconds = self.seconds * Self.decay + seconds
  }
}
