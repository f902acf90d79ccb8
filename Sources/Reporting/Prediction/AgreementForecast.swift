/// What speedup follows from how often two models agree, and from what their work costs: modelled,
/// nothing is decoded.
package struct AgreementForecast: Sendable, ReportObject {
  /// The best length for one agreement.
  package struct Row: Sendable, ReportObject {
    /// The chance that a drafted byte is accepted when those before it are, the same at every place.
    package let agreement: Double
    /// Tokens a round that give the most; 0 where no draft pays.
    package let tokens: Int
    /// The speedup and its parts; nil where no draft pays.
    package let prediction: SpeedupPrediction?

    /// 1 where no draft pays: then nothing is drafted.
    package var speedup: Double { prediction?.speedup ?? 1 }

    /// Writes the row.
    package var fields: [Field] {
      [
        ("agreement", agreement), ("draft_tokens", tokens), ("speedup", speedup),
        ("prediction", prediction),
      ]
    }
  }

  /// The most tokens that are looked at.
  private static let longest = 16

  /// For each agreement that was asked for.
  package let rows: [Row]
  /// The least agreement at which some draft pays; nil when none does.
  package let breakEven: Double?
  /// What the parts cost.
  package let costs: RoundCostModel
  /// Bytes of a token, on average.
  package let bytesPerToken: Double

  /// Looks for the best length at each agreement.
  package init(agreements: [Double], costs: RoundCostModel, bytesPerToken: Double) {
    self.costs = costs
    self.bytesPerToken = bytesPerToken
    func best(_ agreement: Double) -> Row {
      let found = SpeedupPrediction.byLength(
        upTo: Self.longest, acceptance: AcceptanceCurve(chances: [], tail: agreement), costs: costs,
        bytesPerToken: bytesPerToken
      ).max { $0.prediction.speedup < $1.prediction.speedup }
      guard let (tokens, prediction) = found, prediction.speedup > 1 else {
        return Row(agreement: agreement, tokens: 0, prediction: nil)
      }
      return Row(agreement: agreement, tokens: tokens, prediction: prediction)
    }
    rows = agreements.map(best)
    // The speedup grows with the agreement, so halving the range finds where it passes 1.
    let ends = bisected(from: 0, to: 1, steps: 40) { best($0).tokens == 0 }
    breakEven = best(1).tokens > 0 ? ends.high : nil
  }

  /// Writes rows, break-even and costs.
  package var fields: [Field] {
    [
      ("rows", rows), ("break_even_agreement", breakEven), ("bytes_per_token", bytesPerToken),
      ("step_seconds", costs.step), ("draft_token_seconds", costs.draftToken.seconds(1)),
      ("windows", Self.windows(costs).map { ["bytes": $0.size, "seconds": $0.seconds] }),
    ]
  }

  private static func windows(_ costs: RoundCostModel) -> [(size: Double, seconds: Double)] {
    [1, 2, 4, 8, 16, 32].filter { $0 <= costs.verification.largest }
      .map { ($0, costs.verification.seconds($0)) }
  }

  /// Costs in plain steps, then a table of agreements.
  package var text: String {
    let step = costs.step
    func steps(_ seconds: Double) -> String { NumberText.fixed(seconds / step, digits: 2) }
    let windows = Self.windows(costs)
    let passes =
      NumberText.table([
        ["pass over, bytes"] + windows.map { NumberText.fixed($0.size, digits: 0) },
        ["in plain steps"] + windows.map { steps($0.seconds) },
      ])
    let table = NumberText.table(
      [["agreement", "draft tokens", "mean acceptance length", "speedup", "bytes/s"]]
        + rows.map { row in
          [
            NumberText.percent(row.agreement, digits: 1),
            row.tokens > 0 ? "\(row.tokens)" : "none pays",
            row.prediction.map { NumberText.fixed($0.bytesPerRound, digits: 1) } ?? "1",
            NumberText.fixed(row.speedup, digits: 2) + "x",
            NumberText.fixed(row.speedup / step, digits: 0),
          ]
        })
    let pays =
      breakEven.map { "drafting pays from an agreement of \(NumberText.percent($0, digits: 1))" }
      ?? "drafting does not pay at any agreement: use a smaller drafter"
    return """
      plain step   \(NumberText.seconds(step)) (\(NumberText.fixed(1 / step, digits: 0)) bytes/s)
      draft token  \(NumberText.seconds(costs.draftToken.seconds(1))), \
      \(steps(costs.draftToken.seconds(1))) plain steps, \
      \(NumberText.fixed(bytesPerToken, digits: 1)) bytes on average
      \(passes)
      \(table)\(pays)

      """
  }
}
