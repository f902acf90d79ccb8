import DecodingCore
import SpeculativeDecoding
import Testing

@Suite struct TelemetryTests {
  private func summary(
    accuracy: Double, tokens: Int, bytes: Int = 60
  ) throws -> DecodingSummary {
    let verifier = FakeVerifier()
    let drafter = FakeDrafter(verifier: verifier, accuracy: accuracy, tokenBytes: 2...2)
    let decoder = SpeculativeDecoder(
      drafter: drafter, verifier: verifier,
      options: DecodingOptions(maxBytes: bytes, draftLength: .tokens(tokens)))
    return try decoder.decode([1, 2]).summary
  }

  @Test func `a drafter that is always right has every byte accepted`() throws {
    let telemetry = try summary(accuracy: 1, tokens: 3).telemetry
    #expect(telemetry.acceptanceRate == 1)
    // Six drafted bytes and one of the verifier's own a round; the last round has four to go.
    #expect(telemetry.rounds == 9)
    #expect(telemetry.acceptedHistogram == [0, 0, 0, 1, 0, 0, 8])
    #expect(telemetry.acceptedBytes == telemetry.draftedBytes)
    #expect(telemetry.draftedTokens == 26)
  }

  @Test func `a drafter that is never right costs rounds but no bytes`() throws {
    let telemetry = try summary(accuracy: 0, tokens: 3).telemetry
    #expect(telemetry.acceptanceRate == 0)
    #expect(telemetry.meanAcceptanceLength == 1)
    #expect(telemetry.rounds == 60)
    // Nothing can be drafted for the last byte.
    #expect(telemetry.testedBytes == 59)
  }

  @Test(arguments: [0.2, 0.6, 0.9], [1, 2, 5])
  func `counts agree with each other`(accuracy: Double, tokens: Int) throws {
    let summary = try summary(accuracy: accuracy, tokens: tokens, bytes: 200)
    let telemetry = summary.telemetry
    #expect(telemetry.emittedBytes == 200)
    #expect(summary.outputBytes == 200)
    #expect(telemetry.acceptedBytes + telemetry.rounds == 200)
    #expect(telemetry.acceptedHistogram.reduce(0, +) == telemetry.rounds)
    let histogram = telemetry.acceptedHistogram.enumerated().map { $0.offset * $0.element }
    #expect(histogram.reduce(0, +) == telemetry.acceptedBytes)
    #expect(telemetry.testedBytes <= telemetry.draftedBytes)
    #expect(telemetry.acceptedBytes <= telemetry.testedBytes)
    #expect(telemetry.testedBytes <= telemetry.acceptedBytes + telemetry.rounds)
  }

  @Test func `nothing generated has no rates`() throws {
    let summary = try summary(accuracy: 1, tokens: 3, bytes: 0)
    #expect(summary.telemetry.acceptanceRate == nil)
    #expect(summary.telemetry.meanAcceptanceLength == nil)
    #expect(summary.bytesPerSecond == 0)
    #expect(summary.stopReason == .maxBytes)
  }

  @Test func `time is booked on the part that took it`() throws {
    var verifier = FakeVerifier()
    verifier.costs = (pass: 1, byte: 0.25)
    let drafter = FakeDrafter(
      verifier: verifier, accuracy: 1, tokenBytes: 3...3, tokenCost: 0.5)
    var generation = Generation(
      drafter: drafter.makeSession(), verifier: verifier.makeSession(), prompt: [1, 2, 3, 4, 5],
      options: DecodingOptions(maxBytes: 8, draftLength: .tokens(1)),
      clock: verifier.clock.decodingClock)
    let result = try generation.run { _ in .proceed }
    let timing = result.summary.timing
    // Four bytes before the last; two rounds of one token and a window of four.
    #expect(timing.verifierPrefill == 1)
    #expect(timing.draft == 1)
    #expect(timing.verify == 4)
    #expect(timing.rollBack == 0)
    #expect(timing.decoding == 5)
    #expect(timing.total == 6)
    #expect(result.summary.bytesPerSecond == 1.6)
  }

  @Test func `rounds that draft nothing have no time of drafting`() throws {
    let verifier = FakeVerifier()
    let clock = ManualClock()
    var generation = Generation(
      drafter: FakeDrafter(verifier: verifier).makeSession(), verifier: verifier.makeSession(),
      prompt: [1], options: DecodingOptions(maxBytes: 8, draftLength: .tokens(0)),
      clock: DecodingClock {
        clock.advance(by: 1)
        return clock.decodingClock.now()
      })
    let timing = try generation.run { _ in .proceed }.summary.timing
    #expect(timing.draft == 0)
    #expect(timing.decoding > 0)
  }
}
