/// Where a generation reads the time; tests put in their own, so that they are deterministic.
package struct DecodingClock: Sendable {
  /// Seconds since a fixed moment, never decreasing.
  package let now: @Sendable () -> Double

  package init(now: @escaping @Sendable () -> Double) {
    self.now = now
  }

  /// The machine's steady clock.
  package static let continuous: DecodingClock = {
    let start = ContinuousClock.now
    return DecodingClock {
      let elapsed = (ContinuousClock.now - start).components
      return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }
  }()
}

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

  /// Books seconds that were measured elsewhere, in place of those since the last split.
  package mutating func restart(
    adding seconds: Double, to part: WritableKeyPath<DecodingTiming, Double>
  ) {
    parts[keyPath: part] += seconds
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
