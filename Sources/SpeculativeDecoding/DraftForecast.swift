/// The rate of decoding to expect, from what tokens bring and what rounds cost.
struct DraftForecast {
  /// Tokens that a forecast looks ahead.
  private static let horizon = 16

  let tokens: TokenAcceptance
  let costs: RoundCosts
  let windowLimit: Int

  /// Bytes a second at the best number of tokens a round, which is at least 1; nil before costs
  /// are known.
  ///
  /// With n tokens a round emits 1 + a (1 + s + ... + s^(n - 1)) bytes: one of the verifier's
  /// own, and a of each token that is reached.
  var bestRate: Double? {
    guard let tokenSeconds = costs.secondsPerToken else { return nil }
    var best: Double?
    var bytes = 1.0
    var reached = 1.0
    for count in 1...Self.horizon {
      let window = window(ofTokens: Double(count))
      guard let verifySeconds = costs.verifySeconds(window: window) else { return nil }
      bytes += reached * tokens.acceptedBytes
      reached *= tokens.survival
      let seconds = Double(count) * tokenSeconds + verifySeconds
      if seconds > 0 { best = max(best ?? 0, bytes / seconds) }
      if window == windowLimit { break }
    }
    return best
  }

  /// Whether some number of further tokens brings at least `rate` bytes for each second it costs.
  ///
  /// One token alone may not: the verifier's cost has steps, and the first byte may pay for one.
  func pays(afterBytes bytes: Int, survival: Double, rate: Double) -> Bool {
    let window = min(bytes + 1, windowLimit)
    guard let now = costs.verifySeconds(window: window), let tokenSeconds = costs.secondsPerToken
    else { return true }
    var gain = 0.0
    var reached = survival
    for count in 1...Self.horizon {
      let larger = min(window + max(1, Int((Double(count) * tokens.bytes).rounded())), windowLimit)
      guard let then = costs.verifySeconds(window: larger) else { return true }
      gain += reached * tokens.acceptedBytes
      reached *= tokens.survival
      let seconds = Double(count) * tokenSeconds + max(0, then - now)
      // The best plan meets the rate exactly, up to rounding.
      if gain >= rate * seconds * (1 - 1e-9) { return true }
      if larger == windowLimit { break }
    }
    return false
  }

  private func window(ofTokens count: Double) -> Int {
    min(windowLimit, 1 + Int((count * tokens.bytes).rounded()))
  }
}
