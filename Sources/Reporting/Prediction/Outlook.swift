/// What acceptance and costs let one expect of a configuration.
package struct Outlook: Sendable, Equatable, Encodable {
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
    guard configuration.kind == .speculative, let rounds = summary.overall.rounds,
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

  private enum CodingKeys: String, CodingKey {
    case configuration, prediction, breakEvenAcceptance, improvements, advice
  }

  /// Writes what was computed; a break-even acceptance that there is not is left out.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(configuration, forKey: .configuration)
    try container.encode(prediction, forKey: .prediction)
    try container.encodeIfPresent(breakEven.chance, forKey: .breakEvenAcceptance)
    try container.encode(improvements, forKey: .improvements)
    try container.encode(Improvement.advice(improvements), forKey: .advice)
  }
}
