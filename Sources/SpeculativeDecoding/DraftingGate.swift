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
  private static let pauses = 8...512
  /// Judged rounds after which what they brought counts, and not only what is expected.
  private static let judgedRounds = 12
  /// Early rounds that draft nothing, to measure what plain decoding costs.
  private static let plainRounds = [2, 4]

  private var trial = firstTrial
  private var pause = pauses.lowerBound
  private var pauseLeft = 0
  private var roundCount = 0
  private var permission = Permission.nothing
  private var judged = DecodingRate()

  /// What this round may do.
  mutating func beginRound() -> Permission {
    roundCount += 1
    permission = nextPermission()
    return permission
  }

  /// Judges drafting by the rate to be expected and by that of the rounds since the last pause.
  ///
  /// - Parameters:
  ///   - round: what the round brought and cost.
  ///   - expectedRate: bytes a second with the best number of tokens.
  ///   - plainRate: bytes a second without any.
  /// - Returns: whether a pause begins.
  mutating func endRound(
    _ round: (bytes: Int, seconds: Double), expectedRate: Double?, plainRate: Double?
  ) -> Bool {
    switch permission {
    case .nothing: return false
    case .probe:
      trial.rounds -= 1
      guard trial.rounds == 0 else { return false }
    case .judged: judged.record(bytes: round.bytes, seconds: round.seconds)
    }
    guard let expectedRate, let plainRate else { return false }
    let isProven = judged.roundCount >= Self.judgedRounds
    if expectedRate >= plainRate, !isProven || judged.bytesPerSecond >= plainRate {
      if isProven { pause = Self.pauses.lowerBound }
      return false
    }
    beginPause()
    return true
  }

  private mutating func beginPause() {
    pauseLeft = pause
    pause = min(pause * 2, Self.pauses.upperBound)
    trial = Self.laterTrial
    judged = DecodingRate()
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

/// Bytes over seconds, old rounds fading.
struct DecodingRate {
  private static let decay = 0.97
  private var bytes = 0.0
  private var seconds = 0.0

  /// How many rounds were recorded.
  private(set) var roundCount = 0

  /// 0 before the first round.
  var bytesPerSecond: Double { seconds > 0 ? bytes / seconds : 0 }

  mutating func record(bytes: Int, seconds: Double) {
    self.bytes = self.bytes * Self.decay + Double(bytes)
    self.seconds = self.seconds * Self.decay + seconds
    roundCount += 1
  }
}
