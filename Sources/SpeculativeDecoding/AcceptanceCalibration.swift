import DecodingCore

/// How often a drafted byte stands, given the probability that the drafter gave it.
struct AcceptanceCalibration {
  private static let binCount = 16
  /// Weight of the assumption that the drafter's probability is right, in observations.
  private static let priorWeight = 4.0
  /// Old rounds fade: a sum halves in about 350 rounds.
  private static let decay = 0.998

  private var tested = [Double](repeating: 0, count: binCount)
  private var accepted = [Double](repeating: 0, count: binCount)
  private var tokens = 0.0
  private var bytes = 0.0
  private var standingTokens = 0.0
  private var standingBytes = 0.0

  /// Bytes of a drafted token on average, rounded; nil before the first.
  var bytesPerToken: Int? {
    tokens > 0 ? max(1, Int((bytes / tokens).rounded())) : nil
  }

  /// Bytes of a token that stand on average when all bytes before it stand.
  var expectedAcceptedBytesPerToken: Double {
    standingTokens > 0 ? standingBytes / standingTokens : 1
  }

  /// The chance that every byte of a draft stands.
  func survival(of draft: Draft) -> Double {
    draft.probabilities.reduce(1) { $0 * chance(of: $1) }
  }

  mutating func record(_ draft: Draft, acceptedBytes: Int) {
    guard draft.tokenCount > 0 else { return }
    fade()
    for index in 0..<min(acceptedBytes + 1, draft.bytes.count) {
      let bin = Self.bin(of: draft.probabilities[index])
      tested[bin] += 1
      if index < acceptedBytes { accepted[bin] += 1 }
    }
    tokens += Double(draft.tokenCount)
    bytes += Double(draft.bytes.count)
    let tokenBytes = Double(draft.bytes.count) / Double(draft.tokenCount)
    standingBytes += Double(acceptedBytes)
    standingTokens += min(
      Double(draft.tokenCount), (Double(acceptedBytes) / max(tokenBytes, 1)).rounded(.down) + 1)
  }

  private mutating func fade() {
    for bin in 0..<Self.binCount {
      tested[bin] *= Self.decay
      accepted[bin] *= Self.decay
    }
    tokens *= Self.decay
    bytes *= Self.decay
    standingTokens *= Self.decay
    standingBytes *= Self.decay
  }

  private func chance(of probability: Float) -> Double {
    let bin = Self.bin(of: probability)
    return (accepted[bin] + Self.priorWeight * Double(probability))
      / (tested[bin] + Self.priorWeight)
  }

  private static func bin(of probability: Float) -> Int {
    min(binCount - 1, max(0, Int(probability * Float(binCount))))
  }
}
