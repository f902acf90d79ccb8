/// When a round drafts nothing though drafting pays, to measure what plain decoding costs.
///
/// Three times early on, the first round included; then so seldom that it costs 0.25 % of the
/// time: often where drafting gains little, which is where the plain cost decides.
struct PlainMeasuring {
  private static let earlyCount = 3
  private static let earlyInterval = 2
  private static let share = 0.0025
  private static let intervals = 16.0...256.0

  private var count = 0
  private var left = 0

  /// Whether this round should measure; counts the rounds that it is asked in.
  mutating func isDue() -> Bool {
    guard left > 0 else { return true }
    left -= 1
    return false
  }

  /// Plans the next measurement after one was taken.
  ///
  /// - Parameters:
  ///   - advantage: seconds that a byte costs less with drafting than without; at least 0.
  ///   - seconds: what a round costs.
  mutating func schedule(advantage: Double, seconds: Double) {
    guard left == 0 else { return }
    count += 1
    guard count >= Self.earlyCount else {
      left = Self.earlyInterval
      return
    }
    let interval = seconds > 0 ? advantage / (Self.share * seconds) : 0
    left = Int(min(max(interval, Self.intervals.lowerBound), Self.intervals.upperBound))
  }
}
