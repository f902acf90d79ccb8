import DecodingCore
import SpeculativeDecoding
import TestSupport
import Testing

/// Under rejection sampling a byte is handed to the verifier regardless of itself and of what
/// follows it.
@Suite struct DraftCutTests {
  /// A policy that has seen some rounds, and the same again for each draft that is to be judged.
  private static func policy(seed: UInt64) -> DraftLengthPolicy {
    var generator = SeededGenerator(seed: seed)
    var policy = DraftLengthPolicy(.automatic, windowLimit: 17, cutsBlindly: true)
    for round in 0..<40 {
      policy.beginRound(byteLimit: 16)
      var draft = Draft(position: UInt64(round) * 20)
      while policy.shouldExtend(draft) {
        extend(&draft, by: Self.rows(&generator), &generator)
        policy.recordToken(of: draft, seconds: 0.2)
      }
      let window = 1 + policy.verifiedBytes(of: draft)
      let standing = Int.random(in: 0..<window, using: &generator)
      var timing = DecodingTiming()
      timing.verify = 1 + 0.1 * Double(window - 1)
      policy.record(
        draft: draft, decided: draft.bytes.prefix(standing) + [255], window: window,
        seconds: timing)
    }
    policy.beginRound(byteLimit: 16)
    return policy
  }

  /// Weights of a few bytes, more or less even.
  private static func rows(_ generator: inout SeededGenerator) -> [[Double]] {
    (0..<4).map { _ in
      let sharpness = Int.random(in: 1...12, using: &generator)
      return (0..<256).map { byte in
        guard byte < 4 else { return 0 }
        let uniform = Double.random(in: 0.01...1, using: &generator)
        return (0..<sharpness).reduce(1.0) { power, _ in power * uniform }
      }
    }
  }

  private static func extend(
    _ draft: inout Draft, by rows: [[Double]], _ generator: inout SeededGenerator
  ) {
    for row in rows {
      let uniform = Double.random(in: 0.001..<1, using: &generator)
      _ = try? draft.draw(from: row, uniform: uniform)
    }
    draft.endToken()
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func `bytes that agree up to one are handed over together or not at all`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<3).flatMap { _ in Self.rows(&generator) }
    let other = (0..<3).flatMap { _ in Self.rows(&generator) }
    let same = Int.random(in: 0..<11, using: &generator)
    var uniforms = SeededGenerator(seed: seed + 1_000)
    var counts: [Int] = []
    for variant in 0..<2 {
      var policy = Self.policy(seed: seed)
      var draft = Draft(position: 5_000)
      var drawn = uniforms
      for index in rows.indices {
        // Byte `same` is drawn anew from the same weights; what follows has other weights as well.
        let isChanged = variant == 1 && index >= same
        let row = variant == 1 && index > same ? other[index] : rows[index]
        let uniform = Double.random(in: 0.001..<1, using: &drawn)
        _ = try? draft.draw(from: row, uniform: isChanged ? 1 - uniform : uniform)
        if index % 4 == 3 {
          draft.endToken()
          policy.recordToken(of: draft, seconds: 0.2)
        }
      }
      counts.append(policy.verifiedBytes(of: draft))
    }
    uniforms = SeededGenerator(seed: 0)
    #expect(min(counts[0], same + 1) == min(counts[1], same + 1))
  }

  @Test func `both kinds of cut are made`() {
    let counts = (0..<150 as Range<UInt64>).map { seed in
      var generator = SeededGenerator(seed: seed)
      var policy = Self.policy(seed: seed)
      var draft = Draft()
      Self.extend(&draft, by: Self.rows(&generator), &generator)
      policy.recordToken(of: draft, seconds: 0.2)
      return policy.verifiedBytes(of: draft)
    }
    #expect(counts.contains(4) && counts.contains { $0 < 4 && $0 > 0 })
  }
}
