import SpeculativeDecoding
import Testing

/// What `.automatic` costs and gains, over cost curves, acceptances and disturbed clocks.
@Suite struct DraftLengthSimulationTests {
  /// A cost of a pass that rises by a part of the first byte's with each byte more.
  static func curve(_ slope: Double, step: Double = 0) -> @Sendable (Int) -> Double {
    { 0.4 * (1 + slope * Double($0 - 1) + ($0 > 1 ? step : 0)) }
  }

  @Test(arguments: [0.02, 0.15, 0.6], [Float(0.05), 0.5, 0.98])
  func `drafts that never stand cost at most 2 % over plain decoding`(
    slope: Double, claim: Float
  ) throws {
    for isDisturbed in [false, true] {
      var pair = SimulatedPair(pass: Self.curve(slope), claim: claim)
      pair.isDisturbed = isDisturbed
      for seed in 1...3 as ClosedRange<UInt64> {
        pair.seed = seed
        for (bytes, limit) in [(200, 1.035), (500, 1.02), (3_000, 1.015)] {
          let seconds = try pair.seconds(.automatic, bytes: bytes).seconds
          #expect(seconds < limit * 0.4 * Double(bytes), "\(bytes) bytes, seed \(seed)")
        }
      }
    }
  }

  @Test(arguments: [Float(0.05), 0.5, 0.98])
  func `nor do they where the first token takes more than half a pass`(claim: Float) throws {
    var pair = SimulatedPair(pass: Self.curve(0.2), catchUp: (round: 0.03, byte: 0.01))
    (pair.token, pair.claim) = ((first: 0.22, further: 0.22), claim)
    for (bytes, limit) in [(200, 1.035), (500, 1.02), (3_000, 1.015)] {
      let seconds = try pair.seconds(.automatic, bytes: bytes).seconds
      #expect(seconds < limit * 0.4 * Double(bytes), "\(bytes) bytes")
    }
  }

  @Test(arguments: [0.1, 0.6])
  func `drafts that stand in part and never gain cost at most 4.5 %`(acceptance: Double) throws {
    // Half of a token always stands, but a byte more costs more than a plain pass.
    let pair = SimulatedPair(pass: Self.curve(1.1), acceptance: { _ in acceptance })
    for (bytes, limit) in [(500, 1.045), (3_000, 1.015)] {
      let seconds = try pair.seconds(.automatic, bytes: bytes).seconds
      #expect(seconds < limit * 0.4 * Double(bytes), "\(bytes) bytes")
    }
  }

  @Test func `eight that draft together lose less than half of what eight apart would`() throws {
    let pair = SimulatedPair(pass: Self.curve(1.1), acceptance: { _ in 0.6 })
    let plain = 0.4 * 300
    let alone = try pair.seconds(.automatic, bytes: 300).seconds - plain
    let together = try pair.seconds(.automatic, bytes: 300, companions: 8).seconds - 8 * plain
    #expect(together < 8 * alone / 2)
  }

  @Test(
    arguments: [0.4, 0.7, 0.9, 0.98],
    [(0.02, 0.0), (0.15, 0.0), (0.15, 0.5), (0.4, 0.0)])
  func `drafting comes near the best fixed length, however that is`(
    acceptance: Double, curve: (slope: Double, step: Double)
  ) throws {
    let pass = Self.curve(curve.slope, step: curve.step)
    var pair = SimulatedPair(pass: pass, acceptance: { _ in acceptance })
    let best = try (0...8).map { try pair.seconds(.tokens($0), bytes: 3_000).seconds }.min() ?? 0
    for isDisturbed in [false, true] {
      pair.isDisturbed = isDisturbed
      let seconds = try pair.seconds(.automatic, bytes: 3_000).seconds
      #expect(seconds < best * (isDisturbed ? 1.08 : 1.05), "disturbed: \(isDisturbed)")
    }
  }

  @Test(arguments: [false, true])
  func `acceptance that changes midway is followed`(isDisturbed: Bool) throws {
    let half = 3_000 as UInt64
    var good = SimulatedPair(acceptance: { $0 < half ? 0.9 : 0 })
    good.isDisturbed = isDisturbed
    let bytes = Int(2 * half)
    let best = try good.seconds(.tokens(3), bytes: Int(half)).seconds + 0.4 * Double(half)
    #expect(try good.seconds(.automatic, bytes: bytes).seconds < best * 1.03)

    good.acceptance = { $0 < half ? 0 : 0.9 }
    let plain = 0.4 * Double(bytes)
    // Found out within a pause of a part of the first half's length.
    #expect(try good.seconds(.automatic, bytes: bytes).seconds < plain * 0.85)
  }

  @Test func `a drafter that is never sure is asked less and less`() throws {
    let pair = SimulatedPair(claim: 0.01)
    let short = try pair.seconds(.automatic, bytes: 1_000).telemetry.draftedTokens
    let long = try pair.seconds(.automatic, bytes: 20_000).telemetry.draftedTokens
    #expect(long < short * 10)
  }

  @Test func `a drafter that has nothing to propose is asked less and less`() throws {
    var pair = SimulatedPair(catchUp: (round: 0.1, byte: 0.01))
    pair.isSilent = true
    #expect(try pair.seconds(.automatic, bytes: 1_000).seconds < 1.02 * 400)
  }

  @Test func `after a pause the drafter is shown the last bytes only`() throws {
    let outcome = try SimulatedPair().seconds(.automatic, bytes: 5_000)
    #expect((2...64).contains(outcome.mostObserved))
    #expect(outcome.telemetry.draftedTokens > 0)
  }
}
