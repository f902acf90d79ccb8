/// Divides the time of a round among its parts.
package struct RoundStopwatch {
  /// Seconds by part since the stopwatch was started.
  package private(set) var parts = DecodingTiming()

  private let clock: DecodingClock
  private var last: Double

  package init(clock: DecodingClock) {
    self.clock = clock
    last = clock.now()
  }

  /// Books the seconds since the last split, and returns them.
  @discardableResult
  package mutating func split(_ part: WritableKeyPath<DecodingTiming, Double>) -> Double {
    let now = clock.now()
    defer { last = now }
    parts[keyPath: part] += now - last
    return now - last
  }
}

extension DecodingTiming {
  /// Adds the parts of one round.
  package mutating func add(_ round: DecodingTiming) {
    catchUp += round.catchUp
    draftTokens += round.draftTokens
    verify += round.verify
    rollBack += round.rollBack
    rest += round.rest
  }
}
