import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding
import Testing

/// Rounds that are played out with known chances and costs, and what is predicted of their records.
struct SimulatedSpeedupTests {
  private static let costs = RoundCostModel(
    step: 0.001, verification: line(0.001, 0.00008), rollBack: line(0.00003, 0),
    draftToken: line(0.00015, 0), catchUp: line(0.00002, 0.000004))

  private static func line(_ first: Double, _ slope: Double) -> CostCurve {
    straightCurve(first: first, last: first + 32 * slope, size: 33)
  }

  /// Plays rounds of the same number of tokens, 1 to 4 bytes each.
  private static func play(tokens: Int, chance: Double) -> (
    sample: BenchmarkSample, speedup: Double
  ) {
    var generator = PlayedNumbers()
    var rounds = BenchmarkRounds(
      nanoseconds: [], bytes: [], accepted: [], drafted: [], tokens: [])
    var seconds = 0.0
    var last = 1
    for _ in 0..<20_000 {
      let drafted = (0..<tokens).reduce(0) { sum, _ in sum + 1 + Int(generator.next() * 4) }
      var accepted = 0
      while accepted < drafted, generator.next() < chance { accepted += 1 }
      seconds += costs.verifying(draftBytes: Double(drafted))
      seconds += costs.drafting(tokens: Double(tokens)) + costs.catchingUp(bytes: Double(last))
      if accepted < drafted { seconds += costs.rollingBack(draftBytes: Double(drafted)) }
      last = accepted + 1
      rounds.nanoseconds.append(1)
      rounds.bytes?.append(last)
      rounds.accepted?.append(accepted)
      rounds.drafted?.append(drafted)
      rounds.tokens?.append(tokens)
    }
    let bytes = rounds.bytes?.reduce(0, +) ?? 0
    let sample = BenchmarkSample(
      configuration: 1, prompt: 0, repetition: 0, order: 0, started: 0, seed: 0, promptBytes: 1,
      outputBytes: bytes, digest: "", timing: TimingReport([]), rounds: rounds)
    return (sample, Double(bytes) * costs.step / seconds)
  }

  @Test(arguments: [1, 2, 4, 6], [0.3, 0.75, 0.95])
  func `the speedup of played rounds is what their records predict`(tokens: Int, chance: Double)
    throws
  {
    let (sample, speedup) = Self.play(tokens: tokens, chance: chance)
    let acceptance = try #require(AcceptanceCurve(RoundSummary([sample])))
    let shape = try #require(DraftShape([sample]))
    let prediction = SpeedupPrediction(acceptance: acceptance, costs: Self.costs, shape: shape)
    #expect(abs(prediction.speedup / speedup - 1) < 0.01)
  }

  @Test func `the break-even acceptance is that of rounds that gain nothing`() throws {
    let (sample, _) = Self.play(tokens: 2, chance: 0.5)
    let even = BreakEven(costs: Self.costs, shape: try #require(DraftShape([sample])))
    let chance = try #require(even.chance)
    #expect(abs(Self.play(tokens: 2, chance: chance).speedup - 1) < 0.01)
  }
}

/// Numbers from 0 to 1, always the same.
private struct PlayedNumbers {
  private var position: UInt64 = 0

  mutating func next() -> Double {
    defer { position += 1 }
    return Philox.uniforms(seed: 3, position: position, pair: 0, stream: .draft).0
  }
}
