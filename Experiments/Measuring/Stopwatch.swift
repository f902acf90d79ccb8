import SpeculativeDecoding

/// Time by the machine's steady clock.
package enum Stopwatch {
  /// Seconds that `body` takes.
  package static func seconds<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Double {
    let start = DecodingClock.continuous.now()
    try body()
    return DecodingClock.continuous.now() - start
  }
}
