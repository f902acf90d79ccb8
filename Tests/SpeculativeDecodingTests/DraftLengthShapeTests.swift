import DecodingCore
import SpeculativeDecoding
import Testing

/// What `.automatic` makes of what models say of their costs.
@Suite struct DraftLengthShapeTests {
  /// Costs of a pass by its number of positions, in plain steps.
  enum Shape: CaseIterable {
    /// Nearly the same up to 8.
    case flat
    /// A step every six positions.
    case tiles
    /// 16 cost less than 8.
    case sagging

    func cost(_ count: Int) -> Double {
      guard count > 1 else { return 1 }
      switch self {
      case .flat: return 1.05 + 0.01 * Double(min(count, 8) - 1) + 0.1 * Double(max(0, count - 8))
      case .tiles: return 1.1 + 0.22 * Double((count + 5) / 6 - 1)
      case .sagging: return count <= 8 ? 1.3 : count <= 16 ? 1.15 : 1.7
      }
    }
  }

  @Test(arguments: Shape.allCases, [0.08, 0.15])
  func `with a cheap drafter drafting comes near the best fixed length`(
    shape: Shape, token: Double
  ) throws {
    for acceptance in [0.4, 0.6, 0.8, 0.9, 0.97] {
      for tokenBytes in [2, 4] {
        var pair = SimulatedPair(
          pass: { 0.4 * shape.cost($0) }, catchUp: (round: 0.04 * token, byte: 0.004),
          token: (first: 0.4 * token, further: 0.4 * token), acceptance: { _ in acceptance })
        pair.tokenBytes = tokenBytes
        // Passes take half as long again beyond a step as the model says.
        pair.passCosts = (1...33).map { 1 + (shape.cost($0) - 1) / 1.5 }
        let best = try (1...16).map { try pair.seconds(.tokens($0), bytes: 8_000).seconds }.min()
        let seconds = try pair.seconds(.automatic, bytes: 8_000).seconds
        #expect(seconds < (best ?? 0) * 1.04, "acceptance \(acceptance), \(tokenBytes) bytes")
      }
    }
  }

  @Test func `a drafter that is too large by its size is hardly asked`() throws {
    let verifier = FakeVerifier(alphabetSize: 2)
    for (bytes, asked) in [(1_000_000, 0...0), (1_000, 1...3)] as [(Int, ClosedRange<Int>)] {
      var generation = Generation(
        drafter: SizedDrafter(
          session: FakeDrafter(verifier: verifier, tokenCost: 40).makeSession(),
          tokenByteCount: bytes),
        verifier: SizedVerifier(session: verifier.makeSession()), prompt: [1],
        options: DecodingOptions(maxBytes: 500), clock: verifier.clock.decodingClock)
      let telemetry = try generation.run { _ in .proceed }.summary.telemetry
      #expect(asked.contains(telemetry.draftedTokens))
    }
  }

  private struct SizedVerifier: VerifierSession {
    var session: FakeVerifierSession
    let stepByteCount: Int? = 1_000
    var windowLimit: Int { session.windowLimit }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
      try session.consume(bytes)
    }

    mutating func verify(_ window: [UInt8]) throws(DecodingError) { try session.verify(window) }

    func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
      try session.copyLogits(after: index, into: &logits)
    }

    mutating func rollBack(toFirst count: Int) { session.rollBack(toFirst: count) }
  }

  private struct SizedDrafter: DrafterSession {
    var session: FakeDrafterSession
    let tokenByteCount: Int?

    mutating func observe(_ bytes: ArraySlice<UInt8>) { session.observe(bytes) }

    mutating func catchUp() throws(DecodingError) { try session.catchUp() }

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      try session.extend(&draft, sampler: &sampler)
    }
  }
}
