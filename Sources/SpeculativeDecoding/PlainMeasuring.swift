/// When rounds draft nothing though drafting pays, to measure what plain decoding costs.
///
/// Two rounds each time: the drafter's weights may have taken the place of the verifier's in the
/// processor's cache, and then the first takes longer than plain decoding ever does; the median is
/// the lower of two. Twice early on, the first rounds included; then so seldom that it costs 0.25 %
/// of the time: often where drafting gains little, which is where the plain cost decides.
struct PlainMeasuring {
  private static let rounds = 2
  private static let earlyCount = 2
  private static let earlyInterval = 2
  private static let share = 0.0025
  private static let intervals = 16.0...256.0

  private var count = 0
  private var roundsLeft = Self.rounds
  private var left = 0

  /// Whether this round should measure; counts the rounds that it is asked in.
  mutating func isDue() -> Bool {
    guard left > 0 else { return true }
    left -= 1
    return false
  }

  /// Takes note of a round that drafted nothing, and plans the next measurement after the last of one.
  ///
  /// - Parameters:
  ///   - advantage: seconds that a byte costs less with drafting than without; at least 0.
  ///   - seconds: what a round costs.
  mutating func schedule(advantage: Double, seconds: Double) {
    guard left == 0 else { return }
    roundsLeft -= 1
    guard roundsLeft == 0 else { return }
    roundsLeft = Self.rounds
    count += 1
    guard count >= Self.earlyCount else {
      left = Self.earlyInterval
      return
    }
    let interval =
      seconds > 0 ? Double(Self.rounds) * advantage / (Self.share * seconds) : 0
    left = Int(min(max(interval, Self.intervals.lowerBound), Self.intervals.upperBound))
  }
}
