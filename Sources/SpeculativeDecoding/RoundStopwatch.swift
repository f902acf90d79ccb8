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

  /// Books the time since the last split.
  package mutating func split(_ part: WritableKeyPath<DecodingTiming, Double>) {
    let now = clock.now()
    parts[keyPath: part] += now - last
    last = now
  }
}

extension DecodingTiming {
  /// Adds the parts of one round.
  package mutating func add(_ round: DecodingTiming) {
    draft += round.draft
    verify += round.verify
    rollBack += round.rollBack
    rest += round.rest
  }
}
