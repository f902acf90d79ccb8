package import DecodingCore

/// Decides before each token whether to draft it, and how much of the draft to verify.
///
/// With `.automatic`, drafting goes on while the bytes that some more tokens are expected to add
/// are worth the time that they cost, at the rate that decoding reaches; then the draft is cut
/// where a byte more costs the verifier more than it is expected to bring. The chance that a byte
/// stands comes from the probability the drafter gave it, calibrated by what happened to earlier
/// bytes; costs are running medians. Where drafting loses against plain decoding `DraftingGate`
/// ends it for a while, and bounds what is lost.
package struct DraftLengthPolicy {
  /// What is known of a text's acceptance counts so much less after a pause.
  private static let pauseFade = 0.25
  /// By round: where no further tokens are drafted, they are in time taken to be like first ones.
  private static let furtherDecay = 0.99

  private let length: DraftLength
  private let windowLimit: Int
  /// Whether a byte is handed to the verifier regardless of itself and of what follows it.
  private let cutsBlindly: Bool
  private var byteLimit = 0
  /// The most bytes to verify, by what the round may lose.
  private var boldestDraft = 0
  private var calibration = AcceptanceCalibration()
  private var opening = TokenAverages()
  private var further = TokenAverages()
  private var costs: RoundCosts
  private var gate = DraftingGate()
  private var reached = DecodingRate()
  private var prospect = DraftProspect()
  private var permission = DraftingGate.Permission.nothing
  private var caughtUp = (bytes: 0, seconds: 0.0)
  /// Rounds since the drafter was last asked.
  private var idleRounds = 0

  /// A policy at the beginning of a generation.
  ///
  /// - Parameter cutsBlindly: whether a draft may be cut only by what was known of each byte before
  ///   it was drawn, as rejection sampling needs.
  package init(_ length: DraftLength, windowLimit: Int, cutsBlindly: Bool = false) {
    self.length = length
    self.cutsBlindly = cutsBlindly
    self.windowLimit = windowLimit
    costs = RoundCosts(windowLimit: windowLimit)
  }

  /// Begins a round that can use at most `byteLimit` drafted bytes.
  package mutating func beginRound(byteLimit: Int) {
    self.byteLimit = byteLimit
    caughtUp = (0, 0)
    prospect.restart(capacity: windowLimit)
    guard case .automatic = length else { return }
    permission = gate.beginRound()
    boldestDraft = costs.boldestDraft(loss: gate.left)
  }

  /// Whether to draft another token after `draft`.
  package func shouldExtend(_ draft: Draft) -> Bool {
    guard draft.bytes.count < byteLimit else { return false }
    switch length {
    case .tokens(let count): return draft.tokenCount < count
    case .automatic: return shouldExtendAutomatically(draft)
    }
  }

  private func shouldExtendAutomatically(_ draft: Draft) -> Bool {
    switch permission {
    case .nothing: false
    case .drafting:
      draft.tokenCount == 0
        || (draft.tokenCount < windowLimit && forecast.pays(after: prospect))
    }
  }

  /// Learns what the drafter's catching up with so many bytes cost.
  package mutating func recordCatchUp(bytes: Int, seconds: Double) {
    caughtUp = (bytes, seconds)
  }

  /// Learns what a token cost, and how likely it is to stand.
  package mutating func recordToken(of draft: Draft, seconds: Double) {
    guard case .automatic = length else { return }
    let isOpening = prospect.tokens == 0
    let token = prospect.extend(to: draft, by: calibration)
    if isOpening {
      opening.record(bytes: token.bytes, standing: token.standing, survival: token.survival)
      recordOpening(seconds)
    } else {
      further.record(bytes: token.bytes, standing: token.standing, survival: token.survival)
      costs.recordFurther(seconds)
    }
  }

  private mutating func recordOpening(_ seconds: Double) {
    if resumes {
      costs.recordCatchUp(caughtUp.seconds, bytes: caughtUp.bytes)
    } else {
      costs.recordOpening(caughtUp.seconds + seconds)
    }
  }

  /// Whether the drafter caught up with more than a round and a measurement of plain decoding.
  private var resumes: Bool { caughtUp.bytes > 0 && idleRounds > 2 }

  /// How many bytes of the draft to hand to the verifier.
  package func verifiedBytes(of draft: Draft) -> Int {
    let limit = min(draft.bytes.count, byteLimit)
    switch length {
    case .tokens: return limit
    case .automatic:
      return cutsBlindly
        ? min(limit, forecast.firstBytesThatPay(of: prospect))
        : min(limit, forecast.bestWindow(of: prospect).bytes)
    }
  }

  /// Learns from a round.
  ///
  /// - Parameters:
  ///   - draft: all that was drafted.
  ///   - decided: the bytes that the round emitted.
  ///   - window: bytes that the verifier consumed.
  package mutating func record(
    draft: Draft, decided: [UInt8], window: Int, seconds: DecodingTiming
  ) {
    guard case .automatic = length else { return }
    let isAsked = caughtUp.bytes > 0
    costs.recordPass(seconds.verify + seconds.rollBack, window: window, isDrafting: isAsked)
    if isAsked, draft.tokenCount == 0 { recordOpening(seconds.draftTokens) }
    // A drafter that had nothing to propose has cost what a token costs.
    let tokens = isAsked ? max(1, draft.tokenCount) : 0
    let roundSeconds =
      isAsked ? costs.drafting(tokens: tokens) + costs.pass(window: window) : costs.plain
    if isAsked {
      calibration.record(draft, decided: decided)
      further.fade(to: Self.furtherDecay)
      reached.record(bytes: decided.count, seconds: roundSeconds)
    }
    judge(decided: decided.count, window: window, seconds: roundSeconds)
    idleRounds = isAsked ? 0 : idleRounds + 1
  }

  private mutating func judge(decided: Int, window: Int, seconds: Double) {
    let plain = costs.plain
    guard plain > 0 else { return }
    let cost = seconds / plain
    let outcome = RoundOutcome(
      accepted: decided - 1,
      gain: Double(decided) - cost,
      expectedGain: 1 + prospect.standing(first: window - 1) - cost,
      catchUp: resumes ? costs.catchUp(bytes: caughtUp.bytes) / plain : 0, seconds: seconds)
    if gate.endRound(outcome, advantage: max(0, plain - 1 / rate)) { beginPause() }
  }

  private mutating func beginPause() {
    calibration.fade(to: Self.pauseFade)
    opening.fade(to: Self.pauseFade)
    further.fade(to: Self.pauseFade)
    reached = DecodingRate()
  }

  /// Bytes a second: what drafting reaches, or plain decoding if that is more.
  private var rate: Double {
    max(reached.bytesPerSecond, costs.plain > 0 ? 1 / costs.plain : 0)
  }

  private var forecast: DraftForecast<RoundCosts> {
    DraftForecast(
      costs: costs, opening: opening,
      further: further.completed(by: opening, weight: 1), rate: rate,
      byteLimit: min(byteLimit, boldestDraft))
  }
}
