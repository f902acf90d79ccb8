import DecodingCore
import SpeculativeDecoding
import Testing

/// How `.automatic` chooses, on a clock that only the models' costs move.
@Suite struct DraftLengthTests {
  private struct Outcome {
    let seconds: Double
    let plainSeconds: Double
    let telemetry: DecodingTelemetry
  }

  private func outcome(
    accuracy: Double, tokenCost: Double, byteCost: Double, length: DraftLength = .automatic,
    bytes: Int = 1_500, stepCost: Double = 0
  ) throws -> Outcome {
    var verifier = FakeVerifier(alphabetSize: 2)
    verifier.costs = (pass: 1, byte: byteCost)
    verifier.stepCost = stepCost
    let drafter = FakeDrafter(
      verifier: verifier, accuracy: accuracy, tokenBytes: 1...3, tokenCost: tokenCost)
    let options = DecodingOptions(maxBytes: bytes, draftLength: length)
    var speculative = Generation(
      drafter: drafter.makeSession(), verifier: verifier.makeSession(), prompt: [1],
      options: options, clock: verifier.clock.decodingClock)
    let result = try speculative.run { _ in .proceed }
    return Outcome(
      seconds: result.summary.timing.decoding,
      plainSeconds: Double(bytes) * (1 + byteCost), telemetry: result.summary.telemetry)
  }

  @Test func `free drafts that always stand are drafted as far as the window goes`() throws {
    let outcome = try outcome(accuracy: 1, tokenCost: 0.001, byteCost: 0.001)
    #expect(outcome.plainSeconds / outcome.seconds > 20)
  }

  @Test func `drafts that never stand cost next to nothing`() throws {
    let outcome = try outcome(accuracy: 0, tokenCost: 0.3, byteCost: 0.2)
    #expect(outcome.seconds < outcome.plainSeconds * 1.02)
    #expect((outcome.telemetry.draftTokensPerRound ?? 1) < 0.05)
  }

  @Test func `drafts too expensive to pay are left out`() throws {
    let outcome = try outcome(accuracy: 0.5, tokenCost: 4, byteCost: 0.1)
    #expect(outcome.seconds < outcome.plainSeconds * 1.1)
  }

  @Test func `a step in the cost of the second byte does not end drafting that pays`() throws {
    let outcome = try outcome(accuracy: 0.97, tokenCost: 0.1, byteCost: 0, stepCost: 0.6)
    #expect(outcome.plainSeconds / outcome.seconds > 3)
  }

  @Test(arguments: [0.5, 0.9], [(0.05, 0.02), (0.05, 0.1), (0.2, 0.02), (0.2, 0.1)])
  func `automatic comes near the best fixed length`(
    accuracy: Double, costs: (token: Double, byte: Double)
  ) throws {
    let (tokenCost, byteCost) = costs
    let automatic = try outcome(accuracy: accuracy, tokenCost: tokenCost, byteCost: byteCost)
    let fixed = try [0, 1, 2, 3, 5, 8].map {
      try outcome(
        accuracy: accuracy, tokenCost: tokenCost, byteCost: byteCost, length: .tokens($0)
      ).seconds
    }
    let best = try #require(fixed.min())
    #expect(automatic.seconds < best * 1.08)
  }
}
