import DecodingCore
import SpeculativeDecoding
import TestSupport
import Testing

@Suite struct IdentityTests {
  /// A decoder over random fakes: contract 1 must hold for every one of them.
  static func decoder(_ seed: UInt64) -> SpeculativeDecoder<FakeDrafter, FakeVerifier> {
    var generator = SeededGenerator(seed: seed)
    let verifier = FakeVerifier(
      seed: generator.next(), windowLimit: Int.random(in: 1...40, using: &generator),
      alphabetSize: [1, 2, 5, 256].randomElement(using: &generator) ?? 2)
    let drafter = FakeDrafter(
      verifier: verifier,
      accuracy: [0, 0.3, 0.8, 1].randomElement(using: &generator) ?? 0,
      tokenBytes: Int.random(in: 0...2, using: &generator)...5,
      silence: [0, 0.2, 1].randomElement(using: &generator) ?? 0, seed: generator.next())
    let tokens = Int.random(in: 0...12, using: &generator)
    return SpeculativeDecoder(
      drafter: drafter, verifier: verifier,
      options: DecodingOptions(
        maxBytes: Int.random(in: 0...150, using: &generator),
        sampling: SamplingOptions(
          temperature: [0, 0.7, 1, 3].randomElement(using: &generator) ?? 0,
          seed: generator.next()),
        draftLength: Bool.random(using: &generator) ? .automatic : .tokens(tokens)))
  }

  static func prompt(_ seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let count = [0, 1, 2, 255, 256, 257, 700].randomElement(using: &generator) ?? 0
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func `speculative output is plain output, whatever the models and options`(seed: UInt64) throws {
    let decoder = Self.decoder(seed)
    let prompt = Self.prompt(seed)
    let speculative = try decoder.decode(prompt)
    let plain = try decoder.decode(prompt, drafting: .never)
    #expect(speculative.output == plain.output)
    #expect(plain.output.count == decoder.options.maxBytes)
    #expect(plain.output.count == plain.summary.telemetry.rounds)
  }

  @Test func `logits after a rejected byte may be anything`() throws {
    var verifier = FakeVerifier(alphabetSize: 5)
    verifier.isPoisoned = true
    let decoder = SpeculativeDecoder(
      drafter: FakeDrafter(verifier: verifier, accuracy: 0.5), verifier: verifier,
      options: DecodingOptions(maxBytes: 100, draftLength: .tokens(4)))
    let speculative = try decoder.decode([1])
    #expect(speculative.output == (try decoder.decode([1], drafting: .never).output))
    #expect((speculative.summary.telemetry.acceptanceRate ?? 1) < 1)
  }

  @Test func `a run repeats itself`() throws {
    let decoder = Self.decoder(4)
    let first = try decoder.decode([1, 2, 3])
    #expect(try decoder.decode([1, 2, 3]).output == first.output)
  }

  @Test func `another seed gives other output`() throws {
    var decoder = SpeculativeDecoder(
      drafter: FakeDrafter(verifier: FakeVerifier()), verifier: FakeVerifier(),
      options: DecodingOptions(maxBytes: 40, sampling: SamplingOptions(temperature: 1, seed: 1)))
    let first = try decoder.decode([]).output
    decoder.options.sampling.seed = 2
    #expect(try decoder.decode([]).output != first)
  }

  @Test func `an empty prompt is the start byte`() throws {
    var decoder = Self.decoder(7)
    decoder.options.maxBytes = 30
    let newline = try decoder.decode([0x0A])
    #expect(try decoder.decode([]).output == newline.output)
    #expect(newline.summary.promptBytes == 1)
    decoder.options.startByte = 0x41
    #expect(try decoder.decode([]).output == decoder.decode([0x41], drafting: .never).output)
  }

  @Test func `a shorter run is the beginning of a longer one`() throws {
    var decoder = Self.decoder(11)
    decoder.options.maxBytes = 90
    let long = try decoder.decode([9]).output
    for count in [0, 1, 2, 3, 17, 89] {
      decoder.options.maxBytes = count
      #expect(try decoder.decode([9]).output == Array(long.prefix(count)))
    }
  }
}
