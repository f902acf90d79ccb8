package import DecodingCore

/// Decides before each token whether to draft it, and how much of the draft to verify.
/// A plan is worth the bytes that it is expected to bring, less `rate` bytes for each second that it
/// costs. At the best rate that can be reached the best plan is worth exactly nothing, and whatever
/// is worth more than stopping pays (a sum of gains over a sum of costs is largest where it is the
/// price of a second: Dinkelbach 1967).
package struct DraftLengthPolicy {
  /// Rounds from one measurement of a plain step to the next, and rounds of each: in the first, which does
  /// not count, the verifier may have to read weights again whose place in the cache the drafter's took.
  private static let (plainInterval, plainRounds) = (256, 2)
  /// Steps just after a prompt are slower than others: once more, soon.
  private static let secondLook = 12..<14
  /// What a token or a round counts less than the one after it.
  private static let decay = 0.95
  /// What is known of a text counts so much less after a pause.
  private static let pauseFade = 0.25
  /// The longest window where the output depends on the length of a draft, on every device.
  private static let fixedWindowLimit = 33

  private let length: DraftLength
  private let windowLimit: Int
  private let cutsBlindly: Bool
  private var costs: DraftingCosts
  private var calibration = AcceptanceCalibration()
  private var gate: DraftingGate
  /// Sums over drafted tokens, old ones fading: their number, their bytes, the bytes' chances.
  private var tokenSums = SIMD3(0.5, 2, 1.5)
  /// Sums over rounds that drafted, old ones fading: their bytes, their seconds.
  private var roundSums = SIMD2(0.0, 0)
  /// Rounds that were not in a pause.
  private var openRounds = 0
  /// Whether the last round was plain, too.
  private var isSettled = false
  /// Whether the drafter has not been asked since a pause.
  private var isResuming = false

  private var isDrafting = false
  private var byteLimit = 0
  private var catchUpSeconds = 0.0
  /// For each drafted byte, the chance that it and all before it are accepted.
  private var survival: [Double] = []

  /// Fixed where the output depends on the length of a draft: then no cost is measured. A blind cut
  /// uses only what was known of each byte before it was drawn, as rejection sampling needs.
  /// Hopeless where a token is known to cost more than it can bring.
  package init(
    _ length: DraftLength, windowLimit: Int, passCosts: [Double] = [], isFixed: Bool = false,
    cutsBlindly: Bool = false, isHopeless: Bool = false
  ) {
    self.length = length
    self.cutsBlindly = cutsBlindly
    self.windowLimit = isFixed ? min(windowLimit, Self.fixedWindowLimit) : windowLimit
    costs =
      isFixed
      ? DraftingCosts(fixedFor: self.windowLimit)
      : DraftingCosts(passes: passCosts, windowLimit: windowLimit)
    gate = DraftingGate(isHopeless: isHopeless)
  }

  /// Tries and pauses with one that shares its passes, unless the output depends on when it drafts.
  package mutating func join(_ other: DraftLengthPolicy) {
    guard [length, other.length] == [.automatic, .automatic] else { return }
    if costs.isFixed || other.costs.isFixed { return }
    gate = other.gate
    gate.members += 1
  }

  /// Begins a round that can use at most `byteLimit` drafted bytes.
  package mutating func beginRound(byteLimit: Int) {
    self.byteLimit = min(byteLimit, windowLimit - 1)
    catchUpSeconds = 0
    survival.removeAll(keepingCapacity: true)
    guard case .automatic = length else { return }
    isDrafting = !gate.isPaused
    if gate.isPaused {
      isResuming = true
    } else if !costs.isFixed {
      isDrafting =
        openRounds % Self.plainInterval >= Self.plainRounds
        && !Self.secondLook.contains(openRounds)
      openRounds += 1
    }
    if isDrafting { self.byteLimit = min(self.byteLimit, boldestDraft) }
  }

  /// The most bytes of a draft such that the round loses no more than the gate allows if none is
  /// accepted, and that its window is not far longer than any whose cost is known.
  private var boldestDraft: Int {
    let affordable =
      (costs.plain ?? 0) * (1 + gate.balance / Double(gate.members)) - costs.drafting(tokens: 1)
    let longest = min(2 * costs.longestWindow + 2, windowLimit - 1)
    var bytes = 1
    while bytes < longest, costs.pass(window: bytes + 2) <= affordable { bytes += 1 }
    return bytes
  }

  /// Whether to draft another token after `draft`.
  package func shouldExtend(_ draft: Draft) -> Bool {
    guard draft.bytes.count < byteLimit else { return false }
    if case .tokens(let count) = length { return draft.tokenCount < count }
    guard isDrafting, draft.tokenCount < windowLimit else { return false }
    return draft.tokenCount == 0 || pays(toExtend: draft)
  }

  /// Learns what the drafter's catching up with the rounds before cost.
  package mutating func recordCatchUp(seconds: Double) { catchUpSeconds = seconds }

  /// Learns what a token cost, and how likely it is to be accepted.
  package mutating func recordToken(of draft: Draft, seconds: Double) {
    guard case .automatic = length else { return }
    recordTokenCost(seconds)
    var token = SIMD3(1.0, 0, 0)
    for probability in draft.expectedProbabilities[survival.count...] {
      let chance = calibration.chance(of: probability)
      survival.append((survival.last ?? 1) * chance)
      token += SIMD3(0, 1, chance)
    }
    tokenSums = Self.decay * tokenSums + token
  }

  /// Catching up with a pause takes longer than with a round, and is not counted.
  private mutating func recordTokenCost(_ seconds: Double) {
    let isFirst = survival.isEmpty
    costs.recordToken(seconds + (isFirst && !isResuming ? catchUpSeconds : 0), isFirst: isFirst)
  }

  /// How many bytes of the draft to hand to the verifier.
  package func verifiedBytes(of draft: Draft) -> Int {
    length == .automatic ? bestWindow().bytes : min(draft.bytes.count, byteLimit)
  }

  /// Learns from a round that emitted the bytes `decided` after a pass over `window` positions.
  package mutating func record(
    draft: Draft, decided: [UInt8], window: Int, seconds: DecodingTiming
  ) {
    guard case .automatic = length else { return }
    guard isDrafting else {
      if isSettled { costs.recordPlainStep(seconds.verify + seconds.rollBack) }
      isSettled = true
      return gate.recordPlainRound()
    }
    isSettled = false
    if draft.tokenCount == 0 { recordTokenCost(seconds.draftTokens) }
    costs.recordPass(seconds.verify + seconds.rollBack, window: window)
    calibration.record(draft, decided: decided)
    defer { isResuming = false }
    guard let plain = costs.plain, plain > 0 else { return }
    // A drafter that had nothing to propose has cost what a token costs.
    let cost = costs.drafting(tokens: max(1, draft.tokenCount)) + costs.pass(window: window)
    roundSums = Self.decay * roundSums + SIMD2(Double(decided.count), cost)
    let isPaused = gate.record(
      gain: Double(decided.count) - cost / plain, accepted: decided.count - 1,
      resuming: isResuming ? catchUpSeconds / plain : 0)
    guard isPaused else { return }
    calibration.fade(to: Self.pauseFade)
    roundSums = .zero
  }

  /// How many bytes are worth the most when handed over, and what they are worth; what drafting them
  /// cost is spent and not counted.
  /// A blind cut takes the bytes before the first that is expected to bring less than it costs. That
  /// depends on the bytes before it and on its distribution, never on it nor on what comes after it.
  private func bestWindow() -> (bytes: Int, worth: Double) {
    var best = (bytes: 0, worth: worth(accepted: 0, bytes: 0))
    var accepted = 0.0
    for index in 0..<min(survival.count, byteLimit) {
      accepted += survival[index]
      let worth = worth(accepted: accepted, bytes: index + 1)
      if worth > best.worth {
        best = (index + 1, worth)
      } else if cutsBlindly {
        break
      }
    }
    return best
  }

  /// Whether some number of further bytes is worth more than stopping here.
  /// One token alone may not be: the verifier's cost has steps, and the first byte may pay for one.
  private func pays(toExtend draft: Draft) -> Bool {
    let now = bestWindow().worth
    let spent = costs.drafting(tokens: draft.tokenCount)
    var (accepted, chance) = (survival.reduce(0, +), survival.last ?? 1)
    for bytes in survival.count + 1...byteLimit {
      chance *= tokenSums.z / tokenSums.y
      accepted += chance
      let tokens = (Double(bytes - survival.count) * tokenSums.x / tokenSums.y).rounded(.up)
      let cost = costs.drafting(tokens: draft.tokenCount + Int(tokens)) - spent
      if worth(accepted: accepted, bytes: bytes) - rate * cost > now { return true }
    }
    return false
  }

  private func worth(accepted: Double, bytes: Int) -> Double {
    1 + accepted - rate * costs.pass(window: bytes + 1)
  }

  /// Bytes a second: what drafting reaches, or plain decoding if that is more.
  private var rate: Double {
    let drafting = roundSums.y > 0 ? roundSums.x / roundSums.y : 0
    return max(drafting, costs.plain.map { $0 > 0 ? 1 / $0 : 0 } ?? 0)
  }
}
