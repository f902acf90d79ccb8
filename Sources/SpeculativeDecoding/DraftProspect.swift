import DecodingCore

/// How likely the bytes of a draft are to stand; grows with the draft.
struct DraftProspect {
  /// For each byte, the chance that it and all before it stand.
  private(set) var survival: [Double] = []

  /// Tokens drafted.
  private(set) var tokens = 0

  /// The sum of `survival`: how many bytes are expected to stand.
  private(set) var standing = 0.0

  /// How many of the first `count` bytes are expected to stand.
  func standing(first count: Int) -> Double {
    var sum = 0.0
    for chance in survival.prefix(count) { sum += chance }
    return sum
  }

  /// Bytes drafted.
  var bytes: Int { survival.count }

  /// The chance that the whole draft stands.
  var wholeSurvival: Double { survival.last ?? 1 }

  /// Begins again, with storage for a draft of `capacity` bytes.
  mutating func restart(capacity: Int) {
    survival.removeAll(keepingCapacity: true)
    survival.reserveCapacity(capacity)
    tokens = 0
    standing = 0
  }

  /// Takes in what was drafted since; returns what the last token adds.
  mutating func extend(
    to draft: Draft, by calibration: AcceptanceCalibration
  ) -> (bytes: Int, standing: Double, survival: Double) {
    let before = (bytes: bytes, standing: standing, survival: wholeSurvival)
    let probabilities = draft.expectedProbabilities
    for index in bytes..<draft.bytes.count {
      let chance = wholeSurvival * calibration.chance(of: probabilities[index])
      survival.append(chance)
      standing += chance
    }
    tokens = draft.tokenCount
    guard before.survival > 0 else { return (bytes - before.bytes, 0, 0) }
    return (
      bytes - before.bytes, (standing - before.standing) / before.survival,
      wholeSurvival / before.survival
    )
  }
}
