import DecodingCore
import Kernels
import Reporting
import SpeculativeDecoding
import TestSupport
import Testing

/// Rejection sampling writes blocks of two bytes with the verifier's joint distribution.
///
/// 2,000 blocks in 9 cells: at the level of one in a thousand, a distribution with
/// sum (p' - p)^2 / p of 0.019 is told apart 19 times in 20 (noncentrality 37.6 with 8 degrees of
/// freedom), which is every cell off by 14 % of itself. Seeds are fixed, so the results are, too.
@Suite struct RejectionTests {
  private static let blocks = 2_000
  private static let verifier = BlockVerifier()

  private static func result(
    _ kind: BlockDrafter.Kind, _ length: DraftLength,
    sampling: SamplingOptions = SamplingOptions(temperature: 1, seed: 1)
  ) throws -> DecodingResult {
    try SpeculativeDecoder(
      drafter: BlockDrafter(kind: kind, verifier: verifier), verifier: verifier,
      options: DecodingOptions(
        maxBytes: blocks * BlockPlace.length, sampling: sampling, draftLength: length,
        acceptance: .rejection)
    ).decode([9])
  }

  /// The probability of each byte by what the block holds, computed without the sampler.
  private static func probabilities(_ sampling: SamplingOptions) -> [[Double]] {
    verifier.logits.map { logits in
      let weights = logits.map { ScalarMath.exp(Double($0) / sampling.temperature) }
      let least = weights.sorted().suffix(sampling.topK ?? 3).first ?? 0
      let kept = weights.map { $0 >= least ? $0 : 0 }
      return kept.map { $0 / kept.reduce(0, +) }
    }
  }

  private static func test(
    _ output: [UInt8], _ sampling: SamplingOptions = SamplingOptions(temperature: 1)
  ) -> ChiSquare {
    var counts = [Int](repeating: 0, count: 9)
    for start in stride(from: 0, to: output.count, by: 2) {
      counts[Int(output[start]) * 3 + Int(output[start + 1])] += 1
    }
    let single = probabilities(sampling)
    let joint = (0..<9).map { (block: Int) -> Double in
      let (first, second) = (block / 3, block % 3)
      return single[0][first] * single[1 + first][second]
    }
    return ChiSquare(counts: counts, probabilities: joint)
  }

  @Test(arguments: BlockDrafter.Kind.honest, [DraftLength.automatic, .tokens(2)])
  func `blocks have the verifier's joint distribution with every drafter`(
    kind: BlockDrafter.Kind, length: DraftLength
  ) throws {
    let test = Self.test(try Self.result(kind, length).output)
    #expect(test.holds, "\(test.statistic), limit \(test.limit)")
  }

  @Test(arguments: [0, 1, 5])
  func `blocks have the verifier's joint distribution at every draft length`(
    tokens: Int
  ) throws {
    let test = Self.test(try Self.result(.near, .tokens(tokens)).output)
    #expect(test.holds, "\(test.statistic), limit \(test.limit)")
  }

  @Test(arguments: [
    SamplingOptions(temperature: 0.5, seed: 4), SamplingOptions(temperature: 1, seed: 5, topK: 2),
    SamplingOptions(temperature: 2, seed: 6, topK: 2),
  ])
  func `blocks have the distribution of the kept bytes`(sampling: SamplingOptions) throws {
    for kind in [BlockDrafter.Kind.near, .hidden] {
      let test = Self.test(try Self.result(kind, .tokens(2), sampling: sampling).output, sampling)
      #expect(test.holds, "\(test.statistic), limit \(test.limit)")
    }
  }

  /// What the tests above would not notice if they had no power.
  @Test(arguments: BlockDrafter.Kind.dishonest)
  func `a draft whose length depends on what was drawn is found out`(
    kind: BlockDrafter.Kind
  ) throws {
    let test = Self.test(try Self.result(kind, .tokens(2)).output)
    #expect(!test.holds, "\(test.statistic), limit \(test.limit)")
  }

  @Test func `drafts of the verifier's own distribution always stand`() throws {
    let telemetry = try Self.result(.equal, .tokens(2)).summary.telemetry
    #expect(telemetry.acceptedBytes == telemetry.testedBytes)
    #expect(abs(telemetry.acceptance.overlap / Double(telemetry.testedBytes) - 1) < 1e-9)
  }

  @Test func `drafts that the verifier never writes never stand`() throws {
    let telemetry = try Self.result(.disjoint, .tokens(2)).summary.telemetry
    #expect(telemetry.acceptedBytes == 0 && telemetry.testedBytes > 0)
    #expect(telemetry.acceptance.overlap == 0)
  }

  @Test(arguments: [BlockDrafter.Kind.near, .opposite, .certain, .hidden])
  func `bytes stand as often as the distributions overlap`(kind: BlockDrafter.Kind) throws {
    let telemetry = try Self.result(kind, .tokens(2)).summary.telemetry
    let tested = Double(telemetry.testedBytes)
    // Five standard deviations of the count at most.
    let difference = Double(telemetry.acceptedBytes) - telemetry.acceptance.overlap
    #expect(abs(difference) < 5 * (tested / 4).squareRoot())
    #expect(telemetry.acceptedBytes > 100 && telemetry.acceptedBytes < telemetry.testedBytes)
  }
}
