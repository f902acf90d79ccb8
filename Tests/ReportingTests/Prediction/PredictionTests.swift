import Foundation
import Reporting
import Testing

/// The worked case of docs/predicted-speedup.md, and others that a hand can compute.
struct PredictionTests {
  private static let costs = RoundCostModel(
    step: 0.001, verification: curve { 0.001 + 0.0001 * ($0 - 1) },
    draftToken: curve { _ in 0.0002 })
  private static let shape = DraftShape(tokens: 2, bytes: 4)

  private static func curve(_ seconds: (Double) -> Double) -> CostCurve {
    straightCurve(first: seconds(1), last: seconds(32), size: 32)
  }

  private static func isNear(_ value: Double?, _ other: Double, within: Double = 1e-3) -> Bool {
    value.map { abs($0 - other) <= within } ?? false
  }

  @Test func `the worked case of the page comes out`() {
    let prediction = SpeedupPrediction(
      acceptance: AcceptanceCurve(chances: [], tail: 0.8), costs: Self.costs, shape: Self.shape)
    #expect(Self.isNear(prediction.bytesPerRound, 3.3616))
    #expect(Self.isNear(prediction.roundSeconds, 0.0018, within: 1e-9))
    #expect(Self.isNear(prediction.speedup, 1.8676))
  }

  @Test func `drafting breaks even where a round brings as many bytes as it costs steps`() {
    let even = BreakEven(costs: Self.costs, shape: Self.shape)
    #expect(Self.isNear(even.chance, 0.4553))
    let prediction = SpeedupPrediction(
      acceptance: AcceptanceCurve(chances: [], tail: even.chance ?? 0), costs: Self.costs,
      shape: Self.shape)
    #expect(Self.isNear(prediction.speedup, 1, within: 1e-9))
  }

  @Test func `a draft that costs more than all its bytes never pays, one for nothing always`() {
    var costs = Self.costs
    costs.draftToken = Self.curve { _ in 0.01 }
    #expect(BreakEven(costs: costs, shape: Self.shape) == .never)
    costs.draftToken = Self.curve { _ in 0 }
    costs.verification = Self.curve { _ in 0.001 }
    #expect(BreakEven(costs: costs, shape: Self.shape) == .always)
  }

  @Test func `what helps most comes first and gains what the page says`() throws {
    let acceptance = AcceptanceCurve(chances: [], tail: 0.8)
    let all = Improvement.all(acceptance: acceptance, costs: Self.costs, shape: Self.shape)
    let gains = Dictionary(uniqueKeysWithValues: all.map { ($0.part, $0.gain) })
    #expect(all.first?.part == .drafter)
    #expect(Self.isNear(gains[.drafter], 0.0399))
    #expect(Self.isNear(gains[.verification], 0.0227))
    #expect(Self.isNear(gains[.drafting], 0.0227))
    #expect(Improvement.advice(all).hasPrefix("A better drafter would help most"))
  }

  @Test(arguments: [
    (Improvement.Part.drafting, 0.002, 0.0), (.verification, 0.0, 0.0009),
    (.drafter, 0.00001, 0.00001),
  ])
  func `the part that costs most is what is named`(
    part: Improvement.Part, token: Double, slope: Double
  ) {
    var costs = Self.costs
    costs.draftToken = Self.curve { _ in token }
    costs.verification = Self.curve { 0.001 + slope * ($0 - 1) }
    let acceptance = AcceptanceCurve(chances: [], tail: part == .drafter ? 0.7 : 0.99)
    let all = Improvement.all(acceptance: acceptance, costs: costs, shape: Self.shape)
    #expect(all.first?.part == part)
  }

  @Test func `rolling back is charged to rounds whose draft does not stand whole`() {
    var costs = Self.costs
    costs.rollBack = Self.curve { _ in 0.0005 }
    let prediction = SpeedupPrediction(
      acceptance: AcceptanceCurve(chances: [], tail: 0.8), costs: costs, shape: Self.shape)
    #expect(Self.isNear(prediction.rollBackSeconds, 0.0005 * (1 - 0.4096), within: 1e-9))
  }

  @Test func `the drafter takes in what the round before brought`() {
    var costs = Self.costs
    costs.catchUp = Self.curve { 0.0001 * $0 }
    let prediction = SpeedupPrediction(
      acceptance: AcceptanceCurve(chances: [], tail: 0.8), costs: costs, shape: Self.shape)
    #expect(Self.isNear(prediction.draftSeconds, 0.0004 + 0.00033616, within: 1e-9))
  }

  @Test func `rounds without a draft cost a pass over one byte`() {
    let prediction = SpeedupPrediction(
      acceptance: AcceptanceCurve(chances: [], tail: 0.8), costs: Self.costs,
      shape: DraftShape(tokens: 0, bytes: 0))
    #expect(Self.isNear(prediction.speedup, 1, within: 1e-9))
  }

  @Test(arguments: [0.0, 0.5, 1.0, 2.5, 4.0]) func `expected bytes lie between whole drafts`(
    bytes: Double
  ) {
    let acceptance = AcceptanceCurve(chances: [0.9, 0.5], tail: 0.8)
    let whole = [0, 0.9, 0.9 + 0.45, 0.9 + 0.45 + 0.36, 0.9 + 0.45 + 0.36 + 0.288]
    let below = whole[Int(bytes)]
    let above = whole[min(Int(bytes) + 1, 4)]
    let expected = below + (bytes - bytes.rounded(.down)) * (above - below)
    #expect(Self.isNear(acceptance.standing(bytes), expected, within: 1e-12))
  }

  @Test func `costs lie on straight lines between and beyond what was measured`() throws {
    let curve = try #require(CostCurve([(4, 5.0), (1, 2.0), (2, 4.0)]))
    #expect(curve.seconds(1) == 2)
    #expect(curve.seconds(1.5) == 3)
    #expect(curve.seconds(3) == 4.5)
    #expect(curve.seconds(8) == 7)
    #expect(curve.largest == 4)
    #expect(CostCurve([]) == nil)
    #expect(CostCurve([(3, 1.5)])?.seconds(9) == 1.5)
  }
}

/// A straight line from a size of 1 to another.
func straightCurve(first: Double, last: Double, size: Double) -> CostCurve {
  guard let curve = CostCurve([(1, first), (size, last)]) else {
    preconditionFailure("two points are a curve")
  }
  return curve
}
