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
