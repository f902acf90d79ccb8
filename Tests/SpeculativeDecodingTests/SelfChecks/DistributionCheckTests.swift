import DecodingCore
import SelfChecks
import SpeculativeDecoding
import TestSupport
import Testing

/// The checks of distributions find a bias, and none where there is none. Seeds are fixed.
@Suite struct DistributionCheckTests {
  private static let level = DistributionTest.level(falseAlarm: 1e-6, tests: 10)
  private static let samplings = [
    SamplingOptions(temperature: 1, seed: 1),
    SamplingOptions(temperature: 0.7, seed: 2, topK: 20),
    SamplingOptions(temperature: 1.2, seed: 3, topK: 100, topP: 0.9, minP: 0.02),
  ]

  private static func sampler(
    _ makeDraw: @escaping (SamplingOptions) -> SelfCheck.Draw
  ) throws -> CheckResult {
    try SelfTest.result(
      of: .sampler(
        verifier: FakeVerifier(), prompts: [[1, 2, 3]], samplings: samplings, draws: 3_000,
        level: level, makeDraw: makeDraw))
  }

  @Test func `the sampler of decoding passes`() throws {
    let result = try Self.sampler(SelfCheck.byteSampler)
    #expect(result.passed && result.tests.count == 3)
    #expect(result.tests.allSatisfy { $0.samples == 3_000 && $0.degreesOfFreedom > 5 })
    #expect(result.tests.allSatisfy { ($0.detectableTotalVariation ?? 1) < 0.2 })
  }

  @Test func `a sampler at another temperature is found`() throws {
    let result = try Self.sampler { sampling in
      var other = sampling
      other.temperature *= 1.3
      return SelfCheck.byteSampler(other)
    }
    #expect(!result.passed && result.remedy != nil)
    #expect(result.tests[0].repeatedStatistic != nil)
  }

  @Test func `a sampler that leaves out a filter is found`() throws {
    let result = try Self.sampler { sampling in
      var other = sampling
      other.topK = nil
      return SelfCheck.byteSampler(other)
    }
    #expect(result.tests.map(\.holds) == [true, false, result.tests[2].holds])
    #expect(result.tests[1].statistic == .infinity)
  }

  @Test func `a sampler that ignores the position is found`() throws {
    let result = try Self.sampler { sampling in
      let draw = SelfCheck.byteSampler(sampling)
      return { logits, _ in draw(logits, 0) }
    }
    #expect(!result.passed && result.failedComparisons == 3)
  }

  private static func joint(
    _ kind: BlockDrafter.Kind, _ acceptance: Acceptance = .rejection
  ) throws -> CheckResult {
    let verifier = BlockVerifier()
    return try SelfTest.result(
      of: .rejection(
        decoder: SpeculativeDecoder(
          drafter: BlockDrafter(kind: kind, verifier: verifier), verifier: verifier),
        prompt: [9], samplings: [SamplingOptions(temperature: 1, seed: 1 << 32)],
        lengths: [.tokens(2)], outputs: 3_000, level: level, acceptance: acceptance))
  }

  @Test(arguments: [BlockDrafter.Kind.near, .opposite, .disjoint, .hidden, .mixed])
  func `rejection sampling passes with every honest drafter`(kind: BlockDrafter.Kind) throws {
    let result = try Self.joint(kind)
    #expect(result.passed && result.tests[0].degreesOfFreedom == 8)
  }

  @Test(arguments: BlockDrafter.Kind.dishonest)
  func `a dishonest drafter is found`(kind: BlockDrafter.Kind) throws {
    #expect(try !Self.joint(kind).passed)
  }

  @Test(arguments: [Acceptance.topBeta(beta: 2), .topBeta(beta: 256)])
  func `a biased rule is found`(acceptance: Acceptance) throws {
    #expect(try !Self.joint(.near, acceptance).passed)
  }

  /// Counts of two cells, the first of which has a given chance.
  private static func test(
    chance: Double, expected: Double, level: Double, seed: UInt64
  ) -> DistributionTest {
    DistributionTest(label: "", level: level, probabilities: [expected, 1 - expected]) { time in
      var generator = SeededGenerator(seed: seed << 1 | UInt64(time))
      let first = (0..<1_000).count { _ in Double.random(in: 0..<1, using: &generator) < chance }
      return [first, 1_000 - first]
    }
  }

  @Test func `the bias that a test is said to find it finds`() throws {
    let level = 0.001
    let fair = Self.test(chance: 0.4, expected: 0.4, level: level, seed: 0)
    let bias = try #require(fair.detectableTotalVariation)
    #expect(bias > 0.05 && bias < 0.15)
    let found = (0..<400).count {
      !Self.test(chance: 0.4 + bias, expected: 0.4, level: level, seed: $0).holds
    }
    #expect(found >= 392)
    // Of a third of the bias it is not sure.
    let missed = (0..<100).count {
      Self.test(chance: 0.4 + bias / 3, expected: 0.4, level: level, seed: $0).holds
    }
    #expect(missed > 50)
  }

  @Test func `a false alarm takes two of the level's`() {
    let tests = (0..<4_000).map {
      Self.test(chance: 0.5, expected: 0.5, level: 0.05, seed: $0)
    }
    let first = tests.count { $0.repeatedStatistic != nil }
    let both = tests.count { !$0.holds }
    // 200 and 10 are expected; five standard deviations to each side.
    #expect(first > 130 && first < 270)
    #expect(both < 26)
    #expect(DistributionTest.level(falseAlarm: 0.0025, tests: 1) == 0.05)
  }
}
