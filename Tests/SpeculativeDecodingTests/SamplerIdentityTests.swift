import DecodingCore
import Foundation
import SpeculativeDecoding
import TestSupport
import Testing

/// Contract 1 under every combination of what decides a byte.
@Suite struct SamplerIdentityTests {
  typealias Decoder = SpeculativeDecoder<FakeDrafter, FakeVerifier>

  /// Fakes with logits for all bytes, of which a few are likely in each place.
  private static func decoder(_ seed: UInt64) -> Decoder {
    var generator = SeededGenerator(seed: seed)
    func pick<Value>(_ values: [Value], _ standard: Value) -> Value {
      values.randomElement(using: &generator) ?? standard
    }
    let verifier = FakeVerifier(
      seed: generator.next(), windowLimit: Int.random(in: 1...40, using: &generator),
      alphabetSize: pick([4, 256], 256))
    var options = DecodingOptions(maxBytes: Int.random(in: 0...50, using: &generator))
    options.sampling = SamplingOptions(
      temperature: pick([0, 0.3, 1, 4], 1), seed: generator.next(),
      topK: pick([nil, 1, 2, 17, 256], nil), topP: pick([nil, 0.2, 0.9, 1], nil),
      minP: pick([nil, 0.01, 0.5], nil))
    options.keepsValidUTF8 = pick([true, false], true)
    options.recordsLogProbabilities = pick([true, false], true)
    if pick([true, false], true) {
      options.stopTexts = [[UInt8.random(in: 0...3, using: &generator), 2], [65, 66]]
      options.stopBytes = [UInt8.random(in: 0...127, using: &generator)]
    }
    options.draftLength = pick([.automatic, .tokens(0), .tokens(1), .tokens(5)], .automatic)
    return Decoder(
      drafter: FakeDrafter(
        verifier: verifier, accuracy: pick([0, 0.7, 1], 1), tokenBytes: 0...5,
        seed: generator.next()),
      verifier: verifier, options: options)
  }

  private static let prompts: [[UInt8]] = [[], [1], [0x41, 0xE2], [0xF0, 0x9F, 0x98]]

  @Test(arguments: 0..<120 as Range<UInt64>)
  func `speculative decoding gives plain bytes, log probabilities and reasons`(
    seed: UInt64
  ) throws {
    let decoder = Self.decoder(seed)
    let prompt = Self.prompts[Int(seed % 4)]
    let measured = try decoder.compare(prompt)
    let (speculative, plain) = (measured.speculative, measured.plain)
    #expect(measured.isIdentical)
    #expect(speculative.output == plain.output)
    #expect(speculative.summary.stopReason == plain.summary.stopReason)
    #expect(speculative.summary.withheld == plain.summary.withheld)
    let isSame = bits(speculative) == bits(plain)
    #expect(isSame)
    let count = decoder.options.recordsLogProbabilities ? plain.output.count : 0
    #expect(plain.logProbabilities.count == count)
    #expect(plain.output.count <= decoder.options.maxBytes)
    if decoder.options.keepsValidUTF8, plain.summary.stopReason != .maxBytes || prompt.count < 2 {
      #expect(String(validating: prompt + plain.output, as: UTF8.self) != nil)
    }
  }

  private func bits(_ result: DecodingResult) -> [UInt64] {
    result.logProbabilities.flatMap { [$0.sampled.bitPattern, $0.raw.bitPattern] }
  }

  @Test(arguments: [
    SamplingOptions(), SamplingOptions(temperature: 1, seed: 3),
    SamplingOptions(temperature: 0.6, seed: 4, topK: 9, topP: 0.8, minP: 0.02),
  ])
  func `log probabilities are those of the distributions along the output`(
    sampling: SamplingOptions
  ) throws {
    let verifier = FakeVerifier()
    let decoder = Decoder(
      drafter: FakeDrafter(verifier: verifier, accuracy: 0.8), verifier: verifier,
      options: DecodingOptions(
        maxBytes: 60, sampling: sampling, keepsValidUTF8: true, recordsLogProbabilities: true))
    var events: [ByteLogProbability] = []
    let result = try decoder.decode([1]) { event in
      if case .bytes(let decoded) = event { events += decoded.logProbabilities }
      return .proceed
    }
    #expect(events == result.logProbabilities && events.count == result.output.count)
    var state = verifier.state(verifier.seed, after: 1)
    var text = UTF8Automaton()
    for (byte, recorded) in zip(result.output, result.logProbabilities) {
      let logits = verifier.logits(after: state)
      let distribution = ByteDistribution(
        logits: logits, options: sampling, allowed: text.allowed)
      #expect(recorded.sampled == distribution.logProbability(of: byte))
      let total = logits.reduce(0) { $0 + exp(Double($1)) }
      #expect(abs(recorded.raw - (Double(logits[Int(byte)]) - log(total))) < 1e-12)
      #expect(recorded.sampled.isFinite && recorded.sampled <= 0)
      state = verifier.state(state, after: byte)
      text.append(byte)
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `with the mask a shorter run is the beginning of a longer one, cut between two characters`(
    seed: UInt64
  ) throws {
    var decoder = StopTests.decoder(seed, alphabetSize: 256, maxBytes: 30)
    decoder.options.keepsValidUTF8 = true
    let long = try decoder.decode([65]).output
    #expect(long.contains { $0 >= 0xE0 })
    for maxBytes in [0, 1, 2, 3, 4, 5, 6, 7, 17, 18, 19, 20, 29] {
      decoder.options.maxBytes = maxBytes
      let measured = try decoder.compare([65])
      let output = measured.speculative.output
      #expect(measured.isIdentical && long.starts(with: output))
      #expect(String(validating: output, as: UTF8.self) != nil)
      #expect(output.count <= maxBytes && output.count > maxBytes - 4)
      #expect(measured.plain.summary.stopReason == .maxBytes)
    }
  }
}
