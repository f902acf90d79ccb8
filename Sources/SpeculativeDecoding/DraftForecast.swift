import DecodingCore

/// What a round is expected to bring over a round at a given rate of decoding: the bytes that are
/// expected to stand, less `rate` bytes for each second they cost.
///
/// At the best rate that can be reached the best plan brings exactly nothing, and whatever brings
/// more than stopping does is worth its cost (the ratio of a sum of gains to a sum of costs is
/// largest where it is the price of a second: Dinkelbach 1967).
struct DraftForecast<Costs: DraftingCosts> {
  /// Tokens that a forecast looks ahead.
  private static var horizon: Int { 8 }

  let costs: Costs
  let opening: TokenAverages
  let further: TokenAverages
  /// Bytes a second.
  let rate: Double
  /// The most bytes of a draft that a round can use.
  let byteLimit: Int

  /// The best number of bytes to hand to the verifier, and what the round then brings; what
  /// drafting them cost is spent and not counted.
  func bestWindow(of prospect: DraftProspect) -> (bytes: Int, value: Double) {
    var best = (bytes: 0, value: value(standing: 0, bytes: 0))
    var standing = 0.0
    for index in 0..<min(prospect.bytes, byteLimit) {
      standing += prospect.survival[index]
      let value = value(standing: standing, bytes: index + 1)
      if value > best.value { best = (index + 1, value) }
    }
    return best
  }

  /// The number of bytes before the first that is expected to bring less than it costs.
  ///
  /// Whether a byte is among them depends on the bytes before it and on the distribution that it
  /// was drawn from, never on it nor on what was drawn after it. The best window does: what comes
  /// after a byte can make it worth to take both.
  func firstBytesThatPay(of prospect: DraftProspect) -> Int {
    var standing = 0.0
    var last = value(standing: 0, bytes: 0)
    for index in 0..<min(prospect.bytes, byteLimit) {
      standing += prospect.survival[index]
      let value = value(standing: standing, bytes: index + 1)
      guard value > last else { return index }
      last = value
    }
    return min(prospect.bytes, byteLimit)
  }

  /// Whether some number of further tokens is expected to bring more than stopping here.
  ///
  /// One token alone may not: the verifier's cost has steps, and the first byte may pay for one.
  func pays(after prospect: DraftProspect) -> Bool {
    guard prospect.bytes < byteLimit else { return false }
    let now = bestWindow(of: prospect).value
    var standing = prospect.standing
    var reached = prospect.wholeSurvival
    var bytes = Double(prospect.bytes)
    var spent = 0.0
    for count in 0..<Self.horizon {
      let isOpening = prospect.tokens + count == 0
      let token = isOpening ? opening : further
      spent += isOpening ? costs.openingToken : costs.furtherToken
      standing += reached * token.standing
      reached *= token.survival
      bytes += token.bytes
      let whole = min(byteLimit, max(prospect.bytes + 1, Int(bytes.rounded())))
      if value(standing: standing, bytes: whole) - rate * spent > now { return true }
      if whole == byteLimit { break }
    }
    return false
  }

  private func value(standing: Double, bytes: Int) -> Double {
    1 + standing - rate * costs.pass(window: bytes + 1)
  }
}
