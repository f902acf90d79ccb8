import DecodingCore
import SpeculativeDecoding
import Testing

/// The calls that a program makes.
@Suite struct LibraryTests {
  private static let verifier = FakeVerifier(seed: 3)
  private static let decoder = SpeculativeDecoder(
    drafter: FakeDrafter(verifier: verifier, accuracy: 0.8), verifier: verifier,
    options: DecodingOptions(maxBytes: 40, sampling: SamplingOptions(temperature: 1, seed: 5)))

  @Test func `a text stands for its bytes`() throws {
    let text = "Grüße"
    let expected = try Self.decoder.decode(Array(text.utf8)).output
    #expect(try Self.decoder.decode(text).output == expected)
    #expect(text.promptBytes == Array(text.utf8))
  }

  @Test func `what a call says goes before the options`() throws {
    var other = Self.decoder
    other.options = DecodingOptions(
      maxBytes: 25, sampling: SamplingOptions(temperature: 0.5, seed: 9), draftLength: .tokens(2))
    let expected = try other.decode("a")
    let result = try Self.decoder.decode(
      "a", maxBytes: 25, sampling: SamplingOptions(temperature: 0.5, seed: 9),
      drafting: .tokens(2))
    #expect(result.output == expected.output)
    #expect(result.summary.telemetry == expected.summary.telemetry)
  }

  @Test(arguments: [Acceptance.exact, .rejection, .topBeta(beta: 3)])
  func `without drafting, or a drafter, decoding is plain`(acceptance: Acceptance) throws {
    let plain = try SpeculativeDecoder(verifier: Self.verifier, options: Self.decoder.options)
      .decode("a")
    var decoder = Self.decoder
    decoder.options.acceptance = acceptance
    let result = try decoder.decode("a", drafting: .never)
    #expect(result.output == plain.output)
    #expect(result.summary.telemetry.draftedTokens == 0)
    #expect(try Self.decoder.decode("a").output == plain.output)
  }

  @Test func `text and rounds carry what the output is`() async throws {
    let expected = try Self.decoder.decode("a")
    var text = ""
    for try await piece in Self.decoder.text("a") { text += piece }
    #expect(text == expected.text)
    var bytes: [UInt8] = []
    for try await round in Self.decoder.rounds("a") { bytes += round.bytes }
    #expect(bytes == expected.output)
  }

  @Test func `a prompt that was read goes on in every way`() async throws {
    let whole = try Self.decoder.decode("abcd")
    var state = try Self.decoder.read("abc")
    state.sampling = Self.decoder.options.sampling
    let next = try Self.decoder.decode("d", after: state)
    #expect(next.output == whole.output)
    #expect(next.state.position == 40)
    var (text, bytes) = ("", [UInt8]())
    for try await piece in Self.decoder.text("d", after: state) { text += piece }
    for try await round in Self.decoder.rounds("d", after: state) { bytes += round.bytes }
    #expect(text == whole.text && bytes == whole.output)
    var summary: DecodingSummary?
    for try await event in Self.decoder.events("d", after: state, drafting: .never) {
      if case .finished(let last) = event { summary = last }
    }
    #expect(summary?.outputBytes == 40 && summary?.telemetry.draftedTokens == 0)
  }

  @Test func `the speedup is that of a byte`() throws {
    func result(_ bytes: Int, seconds: Double) throws -> DecodingResult {
      var verifier = FakeVerifier(seed: 3)
      verifier.costs = (pass: seconds, byte: 0)
      var generation = try SpeculativeDecoder(verifier: verifier).generation(
        [1], DecodingOptions(maxBytes: bytes), clock: verifier.clock.decodingClock)
      return try generation.run { _ in .proceed }
    }
    let measured = DecodingComparison(
      speculative: try result(10, seconds: 0.5), plain: try result(20, seconds: 2))
    #expect(measured.speedup == 4)
    #expect(!measured.isIdentical)
    let compared = try Self.decoder.compare("a")
    #expect(compared.isIdentical)
  }

  @Test func `a fingerprint that fails does so before a byte is lost`() throws {
    let decoder = SpeculativeDecoder(verifier: Unreadable(model: Self.verifier))
    var events = 0
    #expect(throws: DecodingError.savedState(.unreadableModel(reason: "gone"))) {
      try decoder.decodeResumably("a") { _ in
        events += 1
        return .proceed
      }
    }
    #expect(events == 0)
  }

  private struct Unreadable: RestorableVerifier {
    let model: FakeVerifier

    func makeSession() -> FakeVerifierSession { model.makeSession() }

    func fingerprint() throws(SavedStateError) -> [UInt8] { throw .unreadableModel(reason: "gone") }
  }

  @Test func `counts and seconds add up`() throws {
    let (first, second) = (
      try Self.decoder.decode("a").summary, try Self.decoder.decode("b").summary
    )
    let counts = first.telemetry + second.telemetry
    #expect(counts.rounds == first.telemetry.rounds + second.telemetry.rounds)
    #expect(counts.acceptedHistogram.reduce(0, +) == counts.rounds)
    let positions = counts.positions
    #expect(positions.map(\.drafted).reduce(0, +) == counts.draftedBytes)
    #expect(positions.map(\.tested).reduce(0, +) == counts.testedBytes)
    #expect(positions.map(\.accepted).reduce(0, +) == counts.acceptedBytes)
    for position in positions {
      #expect(position.accepted <= position.tested && position.tested <= position.drafted)
    }
    let seconds = first.timing + second.timing
    #expect(abs(seconds.total - first.timing.total - second.timing.total) < 1e-9)
  }

  @Test func `bytes that are cut before the verifier sees them are counted apart`() throws {
    var generation = Generation(
      drafter: FakeDrafter(verifier: Self.verifier, accuracy: 1, tokenBytes: 6...6).makeSession(),
      verifier: Self.verifier.makeSession(), prompt: [1],
      options: DecodingOptions(maxBytes: 5, draftLength: .tokens(1)))
    let telemetry = try generation.run { _ in .proceed }.summary.telemetry
    #expect(telemetry.rounds == 1)
    #expect(telemetry.draftedBytes == 4 && telemetry.cutBytes == 2)
    #expect(telemetry.acceptanceRate == 1 && telemetry.testedAcceptanceRate == 1)
    #expect(telemetry.meanAcceptanceLength == 5)
  }
}
