/// Seconds by the machine's steady clock.
struct Stopwatch {
  private let start = ContinuousClock.now

  /// Since the stopwatch was made.
  var seconds: Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
