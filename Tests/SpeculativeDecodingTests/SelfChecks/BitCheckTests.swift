import DecodingCore
import SelfChecks
import SpeculativeDecoding
import Testing

/// The checks of bits find what they are for, and nothing where there is nothing.
@Suite struct BitCheckTests {
  private typealias Flaw = FlawedVerifier.Flaw

  private static func windows(_ flaw: FlawedVerifier.Flaw) throws -> CheckResult {
    try SelfTest.result(
      of: .windows(
        verifier: FlawedVerifier(flaw: flaw), text: SampleTexts.bytes(120),
        windows: [1, 2, 3, 5, 8, 16], chunks: [7, 100]))
  }

  private static func rollback(_ flaw: FlawedVerifier.Flaw) throws -> CheckResult {
    try SelfTest.result(
      of: .rollback(verifier: FlawedVerifier(flaw: flaw), windows: [1, 2, 9, 40]))
  }

  private static func decoder(
    _ flaw: FlawedVerifier.Flaw, base: FakeVerifier = FakeVerifier(alphabetSize: 4)
  ) -> SpeculativeDecoder<FakeDrafter, FlawedVerifier> {
    SpeculativeDecoder(
      drafter: FakeDrafter(verifier: base, accuracy: 0.8),
      verifier: FlawedVerifier(base: base, flaw: flaw), options: DecodingOptions(maxBytes: 40))
  }

  private static let samplings = [
    SamplingOptions(), SamplingOptions(temperature: 1, seed: 3),
    SamplingOptions(temperature: 0.7, seed: 4, topP: 0.9),
  ]

  private static func identity(_ flaw: FlawedVerifier.Flaw) throws -> CheckResult {
    try SelfTest.result(
      of: .identity(
        decoder: decoder(flaw), samplings: samplings, lengths: [.automatic, .tokens(4)]))
  }

  private static func resuming(_ flaw: FlawedVerifier.Flaw) throws -> CheckResult {
    try SelfTest.result(
      of: .resuming(decoder: decoder(flaw), samplings: samplings, breaks: [1, 20, 39]))
  }

  @Test func `a verifier that keeps its promises passes every check`() throws {
    for result in [
      try Self.windows(.none), try Self.rollback(.none), try Self.identity(.none),
      try Self.resuming(.none),
    ] {
      #expect(result.passed && result.failedComparisons == 0 && result.remedy == nil)
      #expect(result.comparisons >= 9)
    }
  }

  @Test(arguments: [
    FlawedVerifier.Flaw.windowLogits(1e-6), .windowLogits(3), .windowState, .chunks,
  ])
  func `logits or a state that depend on the window are found`(
    flaw: FlawedVerifier.Flaw
  ) throws {
    let result = try Self.windows(flaw)
    #expect(!result.passed && result.remedy != nil)
    #expect(result.failedComparisons > 0 && result.failedComparisons < result.comparisons)
  }

  @Test func `the difference is located`() throws {
    let result = try Self.windows(.windowLogits(1e-6))
    #expect(
      result.details.first
        == "windows of 5: other logits after byte 1 than a byte at a time")
  }

  @Test(arguments: [FlawedVerifier.Flaw.rollback, .noRollback])
  func `a wrong rollback is found`(flaw: FlawedVerifier.Flaw) throws {
    let result = try Self.rollback(flaw)
    #expect(!result.passed && result.details.count == 5)
    #expect(result.failedComparisons > 5)
    #expect(result.details.allSatisfy { $0.contains("rolled back to") })
  }

  @Test(arguments: [FlawedVerifier.Flaw.windowLogits(80), .rollback])
  func `speculative output that is not plain output is found`(
    flaw: FlawedVerifier.Flaw
  ) throws {
    let result = try Self.identity(flaw)
    #expect(!result.passed)
    #expect(result.details.allSatisfy { $0.contains("is not plain decoding's") })
  }

  @Test func `a state that is not what was saved is found`() throws {
    #expect(try !Self.resuming(.restoring).passed)
    #expect(try Self.identity(.restoring).passed)
  }

  @Test func `another number of threads with other bits is found`() throws {
    func result(_ flaw: FlawedVerifier.Flaw) throws -> CheckResult {
      let variants = [FlawedVerifier.Flaw.none, flaw].enumerated().map { index, flaw in
        VerifierVariant(name: "\(index + 1) threads", byteCount: 30) { FlawedVerifier(flaw: flaw) }
      }
      return try SelfTest.result(
        of: .variants(
          name: "threads", title: "threads", verifier: FlawedVerifier(), variants: variants))
    }
    #expect(try result(.none).passed)
    let broken = try result(.windowLogits(1e-6))
    #expect(!broken.passed && broken.failedComparisons == 1)
    #expect(broken.details.first?.hasPrefix("2 threads: ") == true)
  }

  @Test func `a model that gives no numbers fails the check, not the program`() throws {
    let decoder = Self.decoder(.none, base: FakeVerifier(failsAfter: 10))
    let result = try SelfTest.result(
      of: .identity(decoder: decoder, samplings: Self.samplings, lengths: [.tokens(2)]))
    #expect(!result.passed)
    #expect(result.details.last?.contains("not a finite number") == true)
  }

  @Test func `nothing compared is nothing passed`() throws {
    let result = try SelfTest.result(
      of: .identity(decoder: Self.decoder(.none), samplings: [], lengths: []))
    #expect(!result.passed)
  }

  @Test func `progress can end a check`() throws {
    struct Ended: Error {}
    let check = SelfCheck.rollback(verifier: FlawedVerifier(), windows: [9])
    #expect(throws: Ended.self) {
      try SelfTest.result(of: check) { if $0 > 0.5 { throw Ended() } }
    }
  }
}
