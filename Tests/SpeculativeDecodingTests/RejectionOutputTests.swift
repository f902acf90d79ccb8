import DecodingCore
import SpeculativeDecoding
import Synchronization
import Testing

/// What the output under rejection sampling depends on, and what not.
@Suite struct RejectionOutputTests {
  private static let verifier = BlockVerifier()

  private static func decoder(
    seed: UInt64 = 1, temperature: Double = 1, length: DraftLength = .automatic,
    kind: BlockDrafter.Kind = .hidden
  ) -> SpeculativeDecoder<BlockDrafter, BlockVerifier> {
    SpeculativeDecoder(
      drafter: BlockDrafter(kind: kind, verifier: verifier), verifier: verifier,
      options: DecodingOptions(
        maxBytes: 120, sampling: SamplingOptions(temperature: temperature, seed: seed),
        draftLength: length, acceptance: .rejection))
  }

  @Test(arguments: [DraftLength.automatic, .tokens(3)])
  func `a seed repeats its output, another gives another`(length: DraftLength) throws {
    let first = try Self.decoder(length: length).decode([9])
    let again = try Self.decoder(length: length).decode([9])
    #expect(first.output == again.output)
    #expect(first.summary.telemetry == again.summary.telemetry)
    #expect(try Self.decoder(seed: 2, length: length).decode([9]).output != first.output)
  }

  @Test(arguments: [Acceptance.rejection, .topBeta(beta: 2)])
  func `how far is drafted does not depend on the clock`(acceptance: Acceptance) throws {
    var options = Self.decoder().options
    options.acceptance = acceptance
    var telemetry: [DecodingTelemetry] = []
    for pace in [0, 0.001, 7] {
      let clock = ManualClock()
      var generation = Generation(
        drafter: BlockDrafter(kind: .near, verifier: Self.verifier).makeSession(),
        verifier: Self.verifier.makeSession(), prompt: [9], options: options,
        clock: DecodingClock {
          clock.advance(by: pace)
          return clock.decodingClock.now()
        })
      telemetry.append(try generation.run { _ in .proceed }.summary.telemetry)
    }
    #expect(telemetry[0] == telemetry[1] && telemetry[0] == telemetry[2])
    #expect(telemetry[0].draftedBytes > 0)
  }

  @Test(arguments: [DraftLength.automatic, .tokens(0), .tokens(2)])
  func `at temperature 0 it is the output of plain decoding`(length: DraftLength) throws {
    for kind in [BlockDrafter.Kind.near, .certain, .disjoint] {
      let decoder = Self.decoder(temperature: 0, length: length, kind: kind)
      let plain = try decoder.decode([9], drafting: .never).output
      #expect(try decoder.decode([9]).output == plain)
    }
  }

  @Test func `no number that was drawn for a draft is used for another`() throws {
    let verifier = FakeVerifier(alphabetSize: 4)
    let log = DrawLog()
    let decoder = SpeculativeDecoder(
      drafter: LoggingDrafter(log: log), verifier: verifier,
      options: DecodingOptions(
        maxBytes: 300, sampling: SamplingOptions(temperature: 1, seed: 8),
        draftLength: .tokens(5), acceptance: .rejection))
    let telemetry = try decoder.decode([1]).summary.telemetry
    #expect(telemetry.acceptedBytes > 20 && telemetry.acceptedBytes < telemetry.testedBytes)
    let numbers = log.numbers.withLock { $0 }
    // More were drawn than there are positions: some positions were drafted several times.
    #expect(numbers.count > 2 * 600)
    #expect(Set(numbers).count == numbers.count)
  }

  @Test func `a distribution that is none is an error`() {
    for weights in [[], [Double](repeating: .nan, count: 256), [Double](repeating: -1, count: 256)]
    {
      var draft = Draft(position: 7)
      #expect(throws: DecodingError.invalidDistribution(position: 7)) {
        try draft.draw(from: weights, uniform: 0.5)
      }
      #expect(draft.bytes.isEmpty)
    }
  }
}

/// The numbers that were drawn for drafts.
private final class DrawLog: Sendable {
  let numbers = Mutex<[Double]>([])
}

/// Draws each byte evenly from four.
private struct LoggingDrafter: DrafterModel {
  let log: DrawLog

  func makeSession() -> Session { Session(log: log) }

  struct Session: DrafterSession {
    let log: DrawLog

    mutating func observe(_ bytes: ArraySlice<UInt8>) {}
    mutating func catchUp() throws(DecodingError) {}

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool { false }

    mutating func extendBySampling(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      let (first, second) = sampler.draftUniforms(at: draft.nextPosition, step: draft.bytes.count)
      log.numbers.withLock { $0 += [first, second] }
      try draft.draw(from: (0..<256).map { $0 < 4 ? 1 : 0 }, uniform: second)
      draft.endToken()
      return true
    }
  }
}
