import DecodingCore
import SpeculativeDecoding
import TestSupport
import Testing

/// Rejection sampling writes blocks of three bytes with the verifier's joint distribution.
///
/// 6,000 blocks in 27 cells: at the level of one in a thousand, a distribution with
/// sum (p' - p)^2 / p of 0.011 is told apart 19 times in 20 (noncentrality 66 with 26 degrees of
/// freedom), which is every cell off by a tenth of itself.
@Suite struct RejectionTests {
  private static let blocks = 6_000
  private static let verifier = BlockVerifier()

  private static func output(
    _ kind: BlockDrafter.Kind, _ length: DraftLength, acceptance: Acceptance = .rejection,
    temperature: Double = 1, seed: UInt64 = 1
  ) throws -> DecodingResult {
    try SpeculativeDecoder(
      drafter: BlockDrafter(kind: kind, verifier: verifier), verifier: verifier,
      options: DecodingOptions(
        maxBytes: blocks * BlockPlace.length,
        sampling: SamplingOptions(temperature: temperature, seed: seed), draftLength: length,
        acceptance: acceptance)
    ).decode(prompt: [9])
  }

  /// The joint distribution of a block, by the verifier's softmax.
  private static func expected(temperature: Double = 1) -> [Double] {
    let model = BlockDrafter(kind: .equal, verifier: verifier)
    func probability(_ byte: Int, after prefix: Int) -> Double {
      let weights = model.weights(after: prefix).map { $0 }
      return weights[byte] / weights.reduce(0, +)
    }
    return (0..<27).map { block in
      let bytes = [block / 9, block / 3 % 3, block % 3]
      return probability(bytes[0], after: 0) * probability(bytes[1], after: 1 + bytes[0])
        * probability(bytes[2], after: 4 + bytes[0] * 3 + bytes[1])
    }
  }

  private static func test(_ output: [UInt8]) -> ChiSquare {
    var counts = [Int](repeating: 0, count: 27)
    for start in stride(from: 0, to: output.count, by: 3) {
      counts[output[start..<start + 3].reduce(0) { $0 * 3 + Int($1) }] += 1
    }
    return ChiSquare(counts: counts, probabilities: expected())
  }

  @Test(
    arguments: BlockDrafter.Kind.honest,
    [DraftLength.automatic, .tokens(0), .tokens(1), .tokens(2), .tokens(4)])
  func `blocks have the verifier's joint distribution with every drafter`(
    kind: BlockDrafter.Kind, length: DraftLength
  ) throws {
    let result = try Self.output(kind, length)
    let test = Self.test(result.output)
    #expect(test.holds, "\(test.statistic), limit \(test.limit)")
    let telemetry = result.summary.telemetry
    print(
      kind, length, test.statistic, telemetry.acceptanceRate ?? -1, telemetry.bytesPerRound ?? 0,
      telemetry.acceptance.overlap / Double(max(1, telemetry.testedBytes)))
  }

  @Test(arguments: BlockDrafter.Kind.dishonest)
  func `a draft that depends on what was drawn is found out`(kind: BlockDrafter.Kind) throws {
    let test = Self.test(try Self.output(kind, .tokens(2)).output)
    #expect(!test.holds, "\(test.statistic), limit \(test.limit)")
    print(kind, test.statistic)
  }
}
