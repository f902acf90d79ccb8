package import DecodingCore

/// Decides before each token whether to draft it.
///
/// With `.automatic`, drafting goes on while the bytes that some more tokens are expected to add,
/// over the time that they cost, match the best rate of decoding to be expected. The chance that a
/// byte stands comes from the probability the drafter gave it, calibrated by what happened to
/// earlier bytes; costs are running medians. When no number of tokens is expected to beat plain
/// decoding, nothing is drafted for a while, then a few rounds probe again.
package struct DraftLengthPolicy {
  private let length: DraftLength
  private let windowLimit: Int
  private var byteLimit = 0
  private var calibration = AcceptanceCalibration()
  private var costs = RoundCosts()
  private var gate = DraftingGate()
  private var permission = DraftingGate.Permission.judged

  package init(_ length: DraftLength, windowLimit: Int) {
    self.length = length
    self.windowLimit = windowLimit
  }

  /// Begins a round that can use at most `byteLimit` drafted bytes.
  package mutating func beginRound(byteLimit: Int) {
    self.byteLimit = byteLimit
    if case .automatic = length { permission = gate.beginRound() }
  }

  /// Whether to draft another token after `draft`.
  package func shouldExtend(_ draft: Draft) -> Bool {
    guard draft.bytes.count < byteLimit else { return false }
    switch length {
    case .tokens(let count): return draft.tokenCount < count
    case .automatic: return shouldExtendAutomatically(draft)
    }
  }

  /// Learns from a round.
  package mutating func record(draft: Draft, acceptedBytes: Int, seconds: DecodingTiming) {
    guard case .automatic = length else { return }
    calibration.record(draft, acceptedBytes: acceptedBytes)
    costs.record(
      draftedTokens: draft.tokenCount, draftSeconds: seconds.draft,
      window: draft.bytes.count + 1, verifySeconds: seconds.verify + seconds.rollBack)
    let roundSeconds = costs.seconds(tokens: draft.tokenCount, window: draft.bytes.count + 1)
    let pauses = gate.endRound(
      (bytes: acceptedBytes + 1, seconds: roundSeconds), expectedRate: forecast?.bestRate,
      plainRate: costs.plainRate)
    if pauses { calibration.fade(to: 0.1) }
  }

  private func shouldExtendAutomatically(_ draft: Draft) -> Bool {
    switch permission {
    case .nothing: false
    case .probe(let tokens): draft.tokenCount < tokens
    case .judged: isWorthExtending(draft)
    }
  }

  private func isWorthExtending(_ draft: Draft) -> Bool {
    guard let forecast, let rate = forecast.bestRate else { return true }
    return forecast.pays(
      afterBytes: draft.bytes.count, survival: calibration.survival(of: draft),
      rate: max(rate, costs.plainRate ?? 0))
  }

  private var forecast: DraftForecast? {
    calibration.tokens.map {
      DraftForecast(tokens: $0, costs: costs, windowLimit: windowLimit)
    }
  }
}
