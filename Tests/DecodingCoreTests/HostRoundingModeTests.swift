import DecodingCore
import TestSupport
import Testing

@Suite struct HostRoundingModeTests {
  @Test func `noise and draws are the same on a thread that rounds up`() {
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<50).map { _ in
      (0..<256).map { _ in Float.random(in: -8...8, using: &generator) }
    }
    let expected = Self.outcome(rows)
    let (outcome, roundsUp) = RoundingMode.upward { Self.outcome(rows) }
    #expect(outcome == expected)
    #expect(roundsUp)
  }

  private static func outcome(_ rows: [[Float]]) -> [UInt64] {
    var sampler = ByteSampler(options: SamplingOptions(temperature: 0.7, seed: 9))
    return rows.enumerated().flatMap { position, logits in
      let position = UInt64(position)
      let byte = sampler.byte(from: logits, at: position)
      return [UInt64(byte), sampler.gumbel(at: position, byte: byte).bitPattern]
    }
  }
}
