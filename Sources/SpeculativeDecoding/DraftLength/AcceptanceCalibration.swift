import DecodingCore

/// How often drafted bytes are accepted, by the chance that the drafter gave them, old rounds fading.
///
/// Chances fall into bins of equal width in log-odds: of bytes that are nearly certain, it matters
/// how nearly. Before there is evidence a byte of chance p is taken to be accepted with sqrt(p): who
/// is trusted too much is found out in a few rounds, who is trusted too little is not asked.
struct AcceptanceCalibration {
  private static let (priorWeight, decay) = (2.0, 0.99)

  private var tested = SIMD16<Double>(repeating: 0)
  private var accepted = SIMD16<Double>(repeating: 0)

  /// The chance that a byte of this probability is accepted when all before it are.
  func chance(of probability: Float) -> Double {
    let bin = Self.bin(of: probability)
    return (accepted[bin] + Self.priorWeight * Double(probability).squareRoot())
      / (tested[bin] + Self.priorWeight)
  }

  /// Compares a draft, all of it, with the bytes that were decided in its place.
  mutating func record(_ draft: Draft, decided: [UInt8]) {
    fade(to: Self.decay)
    let probabilities = draft.expectedProbabilities
    for index in 0..<min(draft.bytes.count, decided.count) {
      let bin = Self.bin(of: probabilities[index])
      tested[bin] += 1
      guard draft.bytes[index] == decided[index] else { return }
      accepted[bin] += 1
    }
  }

  /// Gives what was recorded so far less weight against what comes.
  mutating func fade(to weight: Double) {
    tested *= weight
    accepted *= weight
  }

  private static func bin(of probability: Float) -> Int {
    ends.indices.first { probability < ends[$0] } ?? ends.scalarCount - 1
  }

  /// The logistic function of equal steps: no logarithm of the C library.
  private static let ends: SIMD16<Float> = [
    0.018, 0.037, 0.076, 0.148, 0.269, 0.438, 0.622, 0.777, 0.881, 0.940, 0.971, 0.986, 0.993,
    0.997, 0.9985, .infinity,
  ]
}
