import DecodingCore
import Kernels
import SpeculativeDecoding
import Testing

@Suite struct OutputScoreTests {
  private static let verifier = BlockVerifier()

  private static func bits(_ output: [UInt8], _ sampling: SamplingOptions) throws -> Double? {
    try OutputScore.bitsPerByte(
      of: output,
      from: GenerationStart(session: verifier.makeSession(), prompt: [9], startByte: 10),
      options: DecodingOptions(sampling: sampling))
  }

  /// -log2 of the probability of a byte after a beginning of a block.
  private static func bits(_ byte: Int, after prefix: Int, temperature: Double) -> Double {
    let weights = verifier.logits[prefix].map { ScalarMath.exp(Double($0) / temperature) }
    return -ScalarMath.log(weights[byte] / weights.reduce(0, +)) / ScalarMath.log(2)
  }

  @Test(arguments: [0, 0.5, 1])
  func `the score is the mean of minus log p, at temperature 0 by temperature 1`(
    temperature: Double
  ) throws {
    // Longer than a window, so that several are joined.
    let output: [UInt8] = (0..<31).map { UInt8($0 * 7 % 3) }
    let divisor = temperature == 0 ? 1 : temperature
    var sum = 0.0
    for index in output.indices {
      let prefix = index % 2 == 0 ? 0 : 1 + Int(output[index - 1])
      sum += Self.bits(Int(output[index]), after: prefix, temperature: divisor)
    }
    let score = try #require(try Self.bits(output, SamplingOptions(temperature: temperature)))
    #expect(abs(score - sum / 31) < 1e-9)
  }

  @Test func `an output of no bytes has no score, one that cannot be drawn costs infinitely much`()
    throws
  {
    #expect(try Self.bits([], SamplingOptions(temperature: 1)) == nil)
    #expect(try Self.bits([200], SamplingOptions(temperature: 1, topK: 3)) == .infinity)
  }

  @Test func `an output of the verifier scores near its entropy`() throws {
    let options = DecodingOptions(
      maxBytes: 3_000, sampling: SamplingOptions(temperature: 1, seed: 2))
    var generation = try SpeculativeDecoder(verifier: Self.verifier).generation([9], options)
    let output = try generation.run { _ in .proceed }.output
    let score = try #require(try Self.bits(output, options.sampling))
    // Three bytes that are not quite even.
    #expect((1.3...1.585).contains(score))
  }
}
