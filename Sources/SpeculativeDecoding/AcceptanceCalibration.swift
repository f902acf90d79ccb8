import DecodingCore

/// How often drafted bytes and tokens stand, old rounds fading.
struct AcceptanceCalibration {
  private static let binCount = 16
  /// Weight of the assumption that the drafter's probability is right, in observations.
  private static let priorWeight = 4.0
  /// A round's weight halves in about 70 rounds.
  private static let decay = 0.99

  private var testedBytes = [Double](repeating: 0, count: binCount)
  private var acceptedBytes = [Double](repeating: 0, count: binCount)
  private var draftedTokens = 0.0
  private var draftedBytes = 0.0
  /// Tokens before which everything stood, the bytes of them that stood, and how many did whole.
  private var reachedTokens = 0.0
  private var reachedBytes = 0.0
  private var wholeTokens = 0.0

  /// What is known about tokens; nil before the first.
  var tokens: TokenAcceptance? {
    guard draftedTokens > 0, reachedTokens > 0 else { return nil }
    return TokenAcceptance(
      bytes: draftedBytes / draftedTokens, acceptedBytes: reachedBytes / reachedTokens,
      survival: wholeTokens / reachedTokens)
  }

  /// The chance that every byte of a draft stands.
  func survival(of draft: Draft) -> Double {
    draft.probabilities.reduce(1) { $0 * chance(of: $1) }
  }

  mutating func record(_ draft: Draft, acceptedBytes: Int) {
    guard draft.tokenCount > 0 else { return }
    fade(to: Self.decay)
    recordBytes(of: draft, accepted: acceptedBytes)
    recordTokens(of: draft, accepted: acceptedBytes)
  }

  /// Gives what was recorded so far less weight against what comes.
  mutating func fade(to weight: Double) {
    for bin in 0..<Self.binCount {
      testedBytes[bin] *= weight
      acceptedBytes[bin] *= weight
    }
    draftedTokens *= weight
    draftedBytes *= weight
    reachedTokens *= weight
    reachedBytes *= weight
    wholeTokens *= weight
  }

  private mutating func recordBytes(of draft: Draft, accepted: Int) {
    for index in 0..<min(accepted + 1, draft.bytes.count) {
      let bin = Self.bin(of: draft.probabilities[index])
      testedBytes[bin] += 1
      if index < accepted { acceptedBytes[bin] += 1 }
    }
  }

  private mutating func recordTokens(of draft: Draft, accepted: Int) {
    var start = 0
    for end in draft.tokenEnds where end <= draft.bytes.count {
      draftedTokens += 1
      draftedBytes += Double(end - start)
      if start <= accepted {
        reachedTokens += 1
        reachedBytes += Double(min(accepted, end) - start)
        if end <= accepted { wholeTokens += 1 }
      }
      start = end
    }
  }

  private func chance(of probability: Float) -> Double {
    let bin = Self.bin(of: probability)
    return (acceptedBytes[bin] + Self.priorWeight * Double(probability))
      / (testedBytes[bin] + Self.priorWeight)
  }

  private static func bin(of probability: Float) -> Int {
    min(binCount - 1, max(0, Int(probability * Float(binCount))))
  }
}

/// Averages over drafted tokens.
struct TokenAcceptance {
  /// Bytes of a token.
  let bytes: Double
  /// Bytes of it that stand when all before it stands.
  let acceptedBytes: Double
  /// The chance that all of it stands when all before it stands.
  let survival: Double
}
