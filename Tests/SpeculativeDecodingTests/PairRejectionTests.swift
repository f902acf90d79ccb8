import DecodingCore
import Drafter
import Mamba
import MambaDevices
import Reporting
import SpeculativeDecoding
import TestSupport
import Testing
import Verifier

/// Rejection sampling with real models: a tiny pair with random weights.
@Suite struct PairRejectionTests {
  private let verifierFiles: TemporaryDirectory
  private let drafterFiles: TemporaryDirectory

  init() throws {
    verifierFiles = try TinyModel().write()
    var drafter = TinyModel()
    drafter.vocabularySize = TinyTokenizer.size
    drafter.seed = 2
    drafterFiles = try drafter.write()
    try TinyTokenizer.write(to: drafterFiles.url)
  }

  private func decoder(
    _ sampling: SamplingOptions, bytes: Int, length: DraftLength, threads: Int = 1
  ) throws -> SpeculativeDecoder<SubwordDrafter, ByteVerifier> {
    SpeculativeDecoder(
      drafter: try SubwordDrafter(contentsOf: drafterFiles.url, on: .cpu(threads: threads)),
      verifier: try ByteVerifier(contentsOf: verifierFiles.url, on: .cpu(threads: threads)),
      options: DecodingOptions(
        maxBytes: bytes, sampling: sampling, draftLength: length, acceptance: .rejection))
  }

  /// The three bytes that top-k keeps after some bytes, with their probabilities.
  private func kept(
    _ verifier: ByteVerifier, after bytes: [UInt8], _ sampling: SamplingOptions
  ) throws -> [(byte: UInt8, probability: Double)] {
    let session = verifier.makeSession()
    try session.consume(bytes.dropLast()[...])
    try session.step(bytes[bytes.count - 1])
    var logits = [Float](repeating: 0, count: 256)
    try session.copyLogits(after: 0, into: &logits)
    let distribution = ByteDistribution(logits: logits, options: sampling)
    return distribution.probabilities.enumerated().filter { $0.element > 0 }
      .map { (UInt8($0.offset), $0.element) }
  }

  /// Nine cells of two bytes and 500 outputs: with 8 degrees of freedom and at one in a thousand,
  /// cells each off by 27 % of themselves are told apart 19 times in 20.
  @Test func `two bytes have the verifier's joint distribution`() throws {
    var sampling = SamplingOptions(temperature: 1, topK: 3)
    var decoder = try decoder(sampling, bytes: 3, length: .tokens(3))
    let prompt = Array("and the".utf8)
    let firsts = try kept(decoder.verifier, after: prompt, sampling)
    var probabilities: [[UInt8]: Double] = [:]
    for first in firsts {
      for second in try kept(decoder.verifier, after: prompt + [first.byte], sampling) {
        probabilities[[first.byte, second.byte]] = first.probability * second.probability
      }
    }
    var counts: [[UInt8]: Int] = [:]
    var accepted = 0
    for seed in 0..<500 as Range<UInt64> {
      sampling.seed = seed
      decoder.options.sampling = sampling
      let result = try decoder.decode(prompt)
      counts[Array(result.output.prefix(2)), default: 0] += 1
      accepted += result.summary.telemetry.acceptedBytes
    }
    let cells = Array(probabilities.keys)
    #expect(cells.count == 9 && counts.keys.allSatisfy(cells.contains))
    let test = ChiSquare(
      counts: cells.map { counts[$0] ?? 0 }, probabilities: cells.map { probabilities[$0] ?? 0 })
    #expect(test.holds, "\(test.statistic), limit \(test.limit)")
    #expect(accepted > 0)
  }

  @Test(arguments: [DraftLength.automatic, .tokens(3)])
  func `a seed repeats its output on any number of threads`(length: DraftLength) throws {
    let sampling = SamplingOptions(temperature: 0.8, seed: 6)
    var outputs: [[UInt8]] = []
    for threads in [1, 1, 2] {
      let decoder = try decoder(sampling, bytes: 60, length: length, threads: threads)
      outputs.append(try decoder.decode(Array("It was".utf8)).output)
    }
    #expect(outputs[0].count == 60)
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
  }

  @Test func `greedily it is plain decoding`() throws {
    let decoder = try decoder(SamplingOptions(), bytes: 40, length: .tokens(2))
    let plain = try decoder.decode(Array("in".utf8), drafting: .never).output
    #expect(try decoder.decode(Array("in".utf8)).output == plain)
  }
}
