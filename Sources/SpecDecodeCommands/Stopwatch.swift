import SpeculativeDecoding

/// Seconds by the machine's steady clock.
struct Stopwatch {
  private let start = DecodingClock.continuous.now()

  /// Since the stopwatch was made.
  var seconds: Double { DecodingClock.continuous.now() - start }
}
