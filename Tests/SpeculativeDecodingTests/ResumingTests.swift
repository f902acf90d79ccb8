import DecodingCore
import SpeculativeDecoding
import TestSupport
import Testing

/// A generation that is cut anywhere and gone on with writes what one in a piece writes.
@Suite struct ResumingTests {
  private typealias Decoder = SpeculativeDecoder<FakeDrafter, FakeVerifier>

  private static func state(_ state: DecodingState) throws -> DecodingState {
    try DecodingState(bytes: state.serialized())
  }

  private static func decoder(
    _ maxBytes: Int, seed: UInt64, _ length: DraftLength = .automatic
  ) -> Decoder {
    var decoder = IdentityTests.decoder(seed)
    decoder.options.maxBytes = maxBytes
    decoder.options.draftLength = length
    if seed % 3 == 0 {
      decoder.options.sampling.topK = 40
      decoder.options.sampling.topP = 0.9
      decoder.options.sampling.minP = 0.001
    }
    return decoder
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `generations cut anywhere go on with any drafter`(seed: UInt64) throws {
    let prompt = IdentityTests.prompt(seed)
    let whole = try Self.decoder(40, seed: seed).decode(prompt, drafting: .never).output
    for (index, cut) in [0, 1, 2, 7, 20, 39, 40].enumerated() {
      let lengths: [DraftLength] = [.automatic, .tokens(0), .tokens(1), .tokens(5)]
      let first = try Self.decoder(cut, seed: seed, lengths[index % 4])
        .decodeResumably(prompt)
      #expect(first.state.position == UInt64(cut))
      var second = Self.decoder(40 - cut, seed: seed, lengths[(index + 1 + Int(seed)) % 4])
      second = Decoder(
        drafter: IdentityTests.decoder(seed &+ 1).drafter, verifier: second.verifier,
        options: second.options)
      // What the state says of the sampler holds.
      second.options.sampling = SamplingOptions(temperature: 2, seed: 99)
      let rest = try second.decode(after: Self.state(first.state))
      #expect(first.result.output + rest.result.output == whole)
      #expect(rest.state.position == 40)
      #expect(rest.state.sampling == first.state.sampling)
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `well-formed output goes on where it was cut, also before a character`(
    seed: UInt64
  ) throws {
    func decoder(_ maxBytes: Int, _ length: DraftLength) -> Decoder {
      var decoder = Decoder(
        drafter: FakeDrafter(verifier: FakeVerifier(seed: seed), accuracy: 0.6, seed: seed),
        verifier: FakeVerifier(seed: seed),
        options: DecodingOptions(maxBytes: maxBytes, keepsValidUTF8: true, draftLength: length))
      decoder.options.sampling = SamplingOptions(temperature: seed % 2 == 0 ? 0 : 1, seed: seed)
      return decoder
    }
    let whole = try decoder(60, .tokens(0)).decode([0xE2], drafting: .never).output
    var shortened = 0
    for cut in 0...20 {
      for (length, then) in [
        (DraftLength.tokens(0), DraftLength.tokens(3)), (.tokens(3), .automatic),
      ] {
        let first = try decoder(cut, length).decodeResumably([0xE2])
        let count = first.result.output.count
        shortened += count < cut ? 1 : 0
        #expect(first.state.position == UInt64(count))
        var second = decoder(60 - count, then)
        second.options.keepsValidUTF8 = false
        let rest = try second.decode(after: Self.state(first.state))
        #expect(first.result.output + rest.result.output == whole)
      }
    }
    #expect(shortened > 0)
  }

  @Test func `a stop that ended a generation is behind its state`() throws {
    let whole = try Self.decoder(60, seed: 8).decode([1]).output
    for (start, length) in [(10, 1), (20, 3), (31, 2)] {
      let stop = Array(whole[start..<start + length])
      var decoder = Self.decoder(60, seed: 8, .tokens(4))
      decoder.options.stopTexts = [stop]
      let first = try decoder.decodeResumably([1])
      #expect(first.result.summary.stopReason == .stopText)
      let end = first.result.output.count + length
      #expect(first.state.position == UInt64(end))
      let rest = try Self.decoder(60 - end, seed: 8).decode(after: first.state)
      #expect(first.result.output + stop + rest.result.output == whole)
    }
  }

  @Test func `three pieces end in the state of one`() throws {
    let prompt: [UInt8] = [5, 6, 7]
    let whole = try Self.decoder(30, seed: 3).decodeResumably(prompt)
    var state: DecodingState?
    for _ in 0..<3 {
      let decoder = Self.decoder(10, seed: 3)
      state =
        if let state { try decoder.decode(after: state).state } else {
          try decoder.decodeResumably(prompt).state
        }
    }
    #expect(state == whole.state)
    #expect(whole.state.contextBytes == prompt + whole.result.output.dropLast())
    #expect(whole.state.pendingBytes == [whole.result.output[29]])
  }

  @Test func `a further prompt is consumed after the state, the position goes on`() throws {
    let first = try Self.decoder(12, seed: 5).decodeResumably([1, 2])
    let more: [UInt8] = [9, 8, 7]
    let rest = try Self.decoder(20, seed: 5).decode(more, after: first.state)
    let verifier = Self.decoder(0, seed: 5).verifier
    // By hand: all the text, and noise from position 12 on.
    var session = verifier.makeSession()
    let text = [1, 2] + first.result.output + more
    try session.consume(text.dropLast())
    var sampler = ByteSampler(options: first.state.sampling)
    var expected: [UInt8] = []
    var logits = [Float](repeating: 0, count: 256)
    var last = text[text.count - 1]
    for position in 12..<32 as Range<UInt64> {
      try session.step(last)
      try session.copyLogits(after: 0, into: &logits)
      last = sampler.byte(from: logits, at: position)
      expected.append(last)
    }
    #expect(rest.result.output == expected)
    #expect(rest.result.summary.promptBytes == 4)
  }

  @Test func `a prompt that was read once begins generations of any seed`() throws {
    let prompt = [UInt8](repeating: 3, count: 700)
    let start = try Self.decoder(0, seed: 5).decodeResumably(prompt).state
    #expect(start.position == 0)
    for seed in 0..<4 as Range<UInt64> {
      var decoder = Self.decoder(25, seed: 5)
      decoder.options.sampling = SamplingOptions(temperature: 1, seed: seed)
      var state = try Self.state(start)
      state.sampling = decoder.options.sampling
      let expected = try decoder.decode(prompt, drafting: .never).output
      #expect(try decoder.decode(after: state).result.output == expected)
    }
  }

  @Test func `a generation that is stopped in its prompt or its output can be gone on with`()
    throws
  {
    let prompt = IdentityTests.prompt(2) + [UInt8](repeating: 1, count: 600)
    let whole = try Self.decoder(50, seed: 9).decode(prompt).output
    for stop in [1, 2, 3, 4, 6] {
      var count = 0
      let first = try Self.decoder(50, seed: 9).decodeResumably(prompt) { _ in
        count += 1
        return count == stop ? .stop : .proceed
      }
      #expect(first.result.summary.stopReason == .stopped)
      let rest = try Self.decoder(50 - first.result.output.count, seed: 9)
        .decode(after: Self.state(first.state))
      #expect(first.result.output + rest.result.output == whole)
    }
  }

  @Test func `a new drafter is shown the bytes before the state's last`() throws {
    var decoder = Self.decoder(40, seed: 1, .tokens(4))
    decoder = Decoder(
      drafter: Spy.drafter(of: decoder.verifier), verifier: decoder.verifier,
      options: decoder.options)
    let first = try decoder.decodeResumably([1, 2, 3])
    let rest = try decoder.decode(after: first.state)
    // A drafter that is always right, given all the text, is never wrong.
    #expect(rest.result.summary.telemetry.acceptanceRate == 1)
  }

  private enum Spy {
    static func drafter(of verifier: FakeVerifier) -> FakeDrafter {
      FakeDrafter(verifier: verifier, accuracy: 1)
    }
  }

  @Test func `the context is the last of a long text`() throws {
    let prompt = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
    let state = try Self.decoder(0, seed: 1).decodeResumably(prompt).state
    #expect(state.contextBytes == Array(prompt.dropLast().suffix(DecodingState.contextLimit)))
    #expect(state.pendingBytes == [prompt[4999]])
  }

  @Test func `the state of another verifier is refused`() throws {
    let state = try Self.decoder(3, seed: 1).decodeResumably([1]).state
    let error = #expect(throws: DecodingError.self) {
      try Self.decoder(3, seed: 2).decode(after: state)
    }
    guard case .savedState(.otherModel(let found, let expected)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found != expected && found.count == 64)
  }
}
