/// What a drafted token brings on average, old tokens fading.
struct TokenAverages {
  private static let decay = 0.97

  private var weight = 0.5
  private var sumOfBytes = 2.0
  private var sumOfStanding = 1.25
  private var sumOfSurvival = 0.25

  /// Bytes of a token.
  var bytes: Double { sumOfBytes / weight }

  /// Bytes of it that are expected to stand when all before it stands.
  var standing: Double { sumOfStanding / weight }

  /// The chance that all of it stands when all before it stands.
  var survival: Double { sumOfSurvival / weight }

  /// Learns from a token.
  mutating func record(bytes: Int, standing: Double, survival: Double) {
    fade(to: Self.decay)
    weight += 1
    sumOfBytes += Double(bytes)
    sumOfStanding += standing
    sumOfSurvival += survival
  }

  /// These averages with as much of others as makes up for the little that is known.
  func completed(by other: TokenAverages, weight: Double) -> TokenAverages {
    var result = self
    result.weight += weight
    result.sumOfBytes += weight * other.bytes
    result.sumOfStanding += weight * other.standing
    result.sumOfSurvival += weight * other.survival
    return result
  }

  /// Gives what was recorded so far less weight against what comes.
  mutating func fade(to factor: Double) {
    weight *= factor
    sumOfBytes *= factor
    sumOfStanding *= factor
    sumOfSurvival *= factor
  }
}
