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
    guard !pays(0) else {
      self = .always
      return
    }
    guard pays(1) else {
      self = .never
      return
    }
    var low = 0.0
    var high = 1.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if pays(middle) { high = middle } else { low = middle }
    }
    self = .acceptance(high)
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
