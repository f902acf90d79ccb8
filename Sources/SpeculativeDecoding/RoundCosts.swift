/// What drafting and verifying cost, as running medians of seconds.
struct RoundCosts {
  private var perToken = RunningMedian()
  private var perWindow: [RunningMedian] = []

  /// Seconds to draft one token; nil before the first.
  var secondsPerToken: Double? { perToken.median }

  /// Bytes a second of plain decoding, from windows of one byte; nil before the first.
  var plainRate: Double? {
    guard let seconds = verifySeconds(measuredAt: 1), seconds > 0 else { return nil }
    return 1 / seconds
  }

  mutating func record(
    draftedTokens: Int, draftSeconds: Double, window: Int, verifySeconds: Double
  ) {
    if draftedTokens > 0 { perToken.record(draftSeconds / Double(draftedTokens)) }
    while perWindow.count <= window { perWindow.append(RunningMedian()) }
    perWindow[window].record(verifySeconds)
  }

  /// Seconds of a round by the medians: what a busy machine adds to one says nothing about it.
  func seconds(tokens: Int, window: Int) -> Double {
    Double(tokens) * (perToken.median ?? 0) + (verifySeconds(window: window) ?? 0)
  }

  /// Seconds of a verifier pass over a window: measured, or on the line through the nearest
  /// measured windows; nil before the first.
  func verifySeconds(window: Int) -> Double? {
    if let measured = verifySeconds(measuredAt: window) { return measured }
    let known = perWindow.indices.filter { perWindow[$0].median != nil }
    let below = known.last { $0 < window }
    let above = known.first { $0 > window }
    guard let low = below ?? above, let lowSeconds = verifySeconds(measuredAt: low) else {
      return nil
    }
    guard
      let high = above ?? known.last(where: { $0 < low }), high != low,
      let highSeconds = verifySeconds(measuredAt: high)
    else { return lowSeconds }
    let slope = max(0, (highSeconds - lowSeconds) / Double(high - low))
    return max(0, lowSeconds + slope * Double(window - low))
  }

  private func verifySeconds(measuredAt window: Int) -> Double? {
    perWindow.indices.contains(window) ? perWindow[window].median : nil
  }
}

/// The median of the last few values.
struct RunningMedian {
  private static let capacity = 15
  private var values: [Double] = []
  private var next = 0

  /// Nil before the first value.
  private(set) var median: Double?

  mutating func record(_ value: Double) {
    if values.count < Self.capacity {
      values.append(value)
    } else {
      values[next] = value
      next = (next + 1) % Self.capacity
    }
    median = values.sorted()[values.count / 2]
  }
}
