import DecodingCore

/// How often drafted bytes stand, by the chance that the drafter gave them, old rounds fading.
///
/// Chances fall into bins of equal width in log-odds: of bytes that are nearly certain, it matters
/// how nearly. Before there is evidence a byte of chance p is taken to stand with chance sqrt(p): a
/// drafter that is trusted too much is found out in a few rounds, one that is trusted too little
/// is not asked.
struct AcceptanceCalibration {
  private static let binCount = 16
  /// Weight of what is assumed, in observations.
  private static let priorWeight = 2.0
  /// A round's weight halves in about 70 rounds.
  private static let decay = 0.99

  private var tested = SIMD16<Double>(repeating: 0)
  private var stood = SIMD16<Double>(repeating: 0)

  /// The chance that a byte of this probability stands when all before it stands.
  func chance(of probability: Float) -> Double {
    let bin = Self.bin(of: probability)
    return (stood[bin] + Self.priorWeight * Double(probability).squareRoot())
      / (tested[bin] + Self.priorWeight)
  }

  /// Compares a draft with the bytes that were decided in its place, as far as they go: also those
  /// that were not handed to the verifier.
  mutating func record(_ draft: Draft, decided: [UInt8]) {
    fade(to: Self.decay)
    let probabilities = draft.expectedProbabilities
    for index in 0..<min(draft.bytes.count, decided.count) {
      let bin = Self.bin(of: probabilities[index])
      tested[bin] += 1
      guard draft.bytes[index] == decided[index] else { return }
      stood[bin] += 1
    }
  }

  /// Gives what was recorded so far less weight against what comes.
  mutating func fade(to weight: Double) {
    tested *= weight
    stood *= weight
  }

  private static func bin(of probability: Float) -> Int {
    // Steps at the logistic function of the ends: no logarithm of the C library.
    var bin = 0
    while bin < binCount - 1, probability >= ends[bin] { bin += 1 }
    return bin
  }

  private static let ends: SIMD16<Float> = [
    0.018, 0.037, 0.076, 0.148, 0.269, 0.438, 0.622, 0.777, 0.881, 0.940, 0.971, 0.986, 0.993,
    0.997, 0.9985, .infinity,
  ]
}
