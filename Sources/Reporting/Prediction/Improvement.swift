/// What could be better, and what the speedup would gain from a tenth of it.
package struct Improvement: Sendable, Equatable, Encodable {
  /// What could be better.
  package enum Part: String, Sendable, Codable, CaseIterable {
    /// A tenth of the rejected bytes would be accepted.
    case drafter = "better_drafter"
    /// What a window costs more than a byte of plain decoding, a tenth less. A verifier that is
    /// faster altogether makes plain decoding as much faster and is no speedup.
    case verification = "cheaper_verification"
    /// Each drafted token, a tenth less.
    case drafting = "cheaper_drafting"
  }

  /// What would be better.
  package let part: Part
  /// The predicted speedup with it over that without, less 1.
  package let gain: Double

  private static let tenth = 0.1

  /// All of them, what helps most first.
  package static func all(
    acceptance: AcceptanceCurve, costs: RoundCostModel, shape: DraftShape
  ) -> [Improvement] {
    let now = SpeedupPrediction(acceptance: acceptance, costs: costs, shape: shape)
    let better = SpeedupPrediction(
      acceptance: acceptance.avoiding(rejections: tenth), costs: costs, shape: shape)
    let excess = max(0, now.verifySeconds - now.stepSeconds)
    func gain(saving seconds: Double) -> Double {
      now.roundSeconds / (now.roundSeconds - seconds * tenth) - 1
    }
    return [
      Improvement(part: .drafter, gain: better.speedup / now.speedup - 1),
      Improvement(part: .verification, gain: gain(saving: excess)),
      Improvement(part: .drafting, gain: gain(saving: now.draftSeconds)),
    ].sorted { $0.gain > $1.gain }
  }

  /// One sentence about what would help most.
  package static func advice(_ improvements: [Improvement]) -> String {
    guard let best = improvements.first, best.gain > 0.0005 else {
      return "Nothing of a tenth would change the speedup."
    }
    let others = improvements.dropFirst().map {
      "\($0.part.condition) \(NumberText.change($0.gain))"
    }
    return "\(best.part.headline) would help most: \(best.part.condition) "
      + "\(NumberText.change(best.gain)) of speedup, \(others.joined(separator: ", "))."
  }
}

extension Improvement.Part {
  fileprivate var headline: String {
    switch self {
    case .drafter: "A better drafter"
    case .verification: "Cheaper verification"
    case .drafting: "Cheaper drafting"
    }
  }

  fileprivate var condition: String {
    switch self {
    case .drafter: "a tenth fewer rejections"
    case .verification: "windows a tenth nearer to the cost of one byte"
    case .drafting: "tokens drafted in a tenth less time"
    }
  }
}
