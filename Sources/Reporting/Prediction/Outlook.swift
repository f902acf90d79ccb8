/// What acceptance and costs let one expect of a configuration.
package struct Outlook: Sendable, ReportObject {
  /// The configuration's number.
  package let configuration: Int
  /// The predicted speedup and its parts.
  package let prediction: SpeedupPrediction
  /// The acceptance from which it pays.
  package let breakEven: BreakEven
  /// What would help most, first.
  package let improvements: [Improvement]
  /// The measured acceptance, place by place.
  package let acceptance: AcceptanceCurve
  /// The measured costs.
  package let costs: RoundCostModel

  /// Nil for plain decoding, and where acceptance or costs were not measured.
  init?(_ summary: ConfigurationSummary, samples: [BenchmarkSample], costs: [CostSummary]) {
    let configuration = summary.configuration
    // The costs are those of one generation.
    guard configuration.kind == .speculative, configuration.batch == nil,
      let rounds = summary.overall.rounds,
      let acceptance = AcceptanceCurve(rounds), let shape = DraftShape(samples),
      let costs = RoundCostModel(costs, drafter: configuration.drafter)
    else { return nil }
    self.configuration = configuration.id
    self.acceptance = acceptance
    self.costs = costs
    prediction = SpeedupPrediction(acceptance: acceptance, costs: costs, shape: shape)
    // Of a round that costs nothing there is nothing to tell.
    guard prediction.roundSeconds > 0, prediction.speedup.isFinite else { return nil }
    breakEven = BreakEven(costs: costs, shape: shape)
    improvements = Improvement.all(acceptance: acceptance, costs: costs, shape: shape)
  }

  /// Writes what was computed; a break-even acceptance that there is not is left out.
  package var fields: [Field] {
    [
      ("configuration", configuration),
      ("prediction", prediction),
      ("break_even_acceptance", breakEven.chance),
      ("improvements", improvements),
      ("advice", Improvement.advice(improvements)),
    ]
  }
}

/// The speedup that follows from how often drafted bytes are accepted and what the parts of a round cost:
///
///     speedup = B s / (D + V + R)
///
/// B are the bytes that a round is expected to emit, s is the time of a byte of plain decoding, D,
/// V and R are the times of a round's drafting, verification and rollback. Sampling and
/// bookkeeping, which both ways of decoding have, are left out.
package struct SpeedupPrediction: Sendable, Equatable, ReportObject {
  /// Bytes that a round is expected to emit: the verifier's own, and the accepted ones.
  package let bytesPerRound: Double
  /// Seconds of a byte of plain decoding.
  package let stepSeconds: Double
  /// Seconds of a round for drafting, and for the drafter's taking in of the round before.
  package let draftSeconds: Double
  /// Seconds of a round for the verifier's pass.
  package let verifySeconds: Double
  /// Seconds of a round for rolling back, which a round whose whole draft is accepted does not need.
  package let rollBackSeconds: Double

  /// Predicts from the three things that decide.
  package init(acceptance: AcceptanceCurve, costs: RoundCostModel, shape: DraftShape) {
    let bytes = 1 + shape.mean { acceptance.standing($0.bytes) }
    bytesPerRound = bytes
    stepSeconds = costs.step
    draftSeconds = shape.mean {
      $0.tokens > 0 ? costs.drafting(tokens: $0.tokens) + costs.catchingUp(bytes: bytes) : 0
    }
    verifySeconds = shape.mean { costs.verifying(draftBytes: $0.bytes) }
    rollBackSeconds = shape.mean {
      (1 - acceptance.survival($0.bytes)) * costs.rollingBack(draftBytes: $0.bytes)
    }
  }

  /// Predictions for drafts of 1, 2, ... tokens, as far as windows were measured.
  static func byLength(
    upTo longest: Int, acceptance: AcceptanceCurve, costs: RoundCostModel, bytesPerToken: Double
  ) -> [(tokens: Int, prediction: SpeedupPrediction)] {
    (1...longest).prefix {
      $0 == 1 || Double($0) * bytesPerToken + 1 <= costs.verification.largest
    }.map { tokens in
      let bytes = min(Double(tokens) * bytesPerToken, Double(DraftShape.longest))
      let shape = DraftShape(tokens: Double(tokens), bytes: bytes)
      return (tokens, SpeedupPrediction(acceptance: acceptance, costs: costs, shape: shape))
    }
  }

  /// Seconds of a round.
  package var roundSeconds: Double { draftSeconds + verifySeconds + rollBackSeconds }

  /// Plain decoding's time over the predicted one, for the same bytes.
  package var speedup: Double { bytesPerRound * stepSeconds / roundSeconds }

  /// Writes the parts and the result.
  package var fields: [Field] {
    [
      ("speedup", speedup),
      ("bytes_per_round", bytesPerRound),
      ("step_seconds", stepSeconds),
      ("draft_seconds", draftSeconds),
      ("verify_seconds", verifySeconds),
      ("roll_back_seconds", rollBackSeconds),
    ]
  }
}

/// The acceptance from which drafting pays.
package enum BreakEven: Sendable, Equatable {
  /// Drafting pays where each drafted byte is accepted with at least this chance when those before
  /// it are.
  case acceptance(Double)
  /// It pays even if nothing is accepted: the costs measured say so.
  case always
  /// It does not pay even if everything is accepted.
  case never

  /// The chance, the same at every place, for which the predicted speedup is 1.
  ///
  /// The speedup grows with the chance, so halving the range 60 times finds it.
  package init(costs: RoundCostModel, shape: DraftShape) {
    func pays(_ chance: Double) -> Bool {
      let acceptance = AcceptanceCurve(chances: [], tail: chance)
      return SpeedupPrediction(acceptance: acceptance, costs: costs, shape: shape).speedup >= 1
    }
    if pays(0) {
      self = .always
    } else if pays(1) {
      self = .acceptance(bisected(from: 0, to: 1, steps: 60) { !pays($0) }.high)
    } else {
      self = .never
    }
  }

  /// The chance; nil when drafting always or never pays.
  package var chance: Double? {
    if case .acceptance(let chance) = self { chance } else { nil }
  }

  /// For a table.
  package var text: String {
    switch self {
    case .acceptance(let chance): NumberText.percent(chance, digits: 1)
    case .always: "always pays"
    case .never: "never pays"
    }
  }
}

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
