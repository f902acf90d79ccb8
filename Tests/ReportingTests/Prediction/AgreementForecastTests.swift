import Reporting
import Testing

@Suite struct AgreementForecastTests {
  /// A pass of a plain step whatever its window, and tokens of a quarter of one.
  private static func forecast(
    token: Double = 0.25, window: Double = 1, _ agreements: [Double] = [0.95, 0.8, 0.2]
  ) throws -> AgreementForecast {
    let costs = RoundCostModel(
      step: 1, verification: try #require(CostCurve([(1, 1), (33, window)])),
      draftToken: try #require(CostCurve([(1, token)])))
    return AgreementForecast(agreements: agreements, costs: costs, bytesPerToken: 3)
  }

  @Test func `models that agree more gain more, and draft farther`() throws {
    let rows = try Self.forecast().rows
    #expect(rows.map(\.speedup) == rows.map(\.speedup).sorted(by: >))
    #expect(rows[0].tokens > rows[2].tokens)
  }

  @Test func `the best length is no worse than any that was left out`() throws {
    let forecast = try Self.forecast([0.9])
    for tokens in 1...8 {
      let other = SpeedupPrediction(
        acceptance: AcceptanceCurve(chances: [], tail: 0.9), costs: forecast.costs,
        shape: DraftShape(tokens: Double(tokens), bytes: 3 * Double(tokens)))
      #expect(forecast.rows[0].speedup >= other.speedup)
    }
  }

  @Test func `at the break-even agreement the speedup is 1`() throws {
    let forecast = try Self.forecast()
    let breakEven = try #require(forecast.breakEven)
    let rows = try Self.forecast([breakEven - 0.001, breakEven + 0.001]).rows
    #expect(rows[0].speedup == 1 && rows[0].tokens == 0)
    #expect(rows[1].speedup > 1 && rows[1].speedup < 1.01)
  }

  @Test func `a token that costs more than it can bring pays at no agreement`() throws {
    let forecast = try Self.forecast(token: 50)
    #expect(forecast.breakEven == nil)
    #expect(forecast.rows.allSatisfy { $0.tokens == 0 && $0.speedup == 1 })
    #expect(forecast.text.contains("does not pay at any agreement"))
  }
}
