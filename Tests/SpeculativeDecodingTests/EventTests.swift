import DecodingCore
import SpeculativeDecoding
import Testing

@Suite struct EventTests {
  private func decoder(
    maxBytes: Int = 50, failsAfter: Int = .max, lifetime: Lifetime? = nil
  ) -> SpeculativeDecoder<FakeDrafter, FakeVerifier> {
    var verifier = FakeVerifier()
    verifier.failsAfter = failsAfter
    verifier.lifetime = lifetime
    let drafter = FakeDrafter(verifier: verifier, accuracy: 0.8)
    return SpeculativeDecoder(
      drafter: drafter, verifier: verifier,
      options: DecodingOptions(maxBytes: maxBytes, draftLength: .tokens(3)))
  }

  @Test func `events carry the whole output with its provenance, and the summary last`()
    async throws
  {
    let decoder = decoder()
    let expected = try decoder.decode([65])
    var output: [UInt8] = []
    var acceptedCount = 0
    var summary: DecodingSummary?
    for try await event in decoder.events([65]) {
      #expect(summary == nil, "nothing follows the summary")
      switch event {
      case .prefilled: break
      case .bytes(let decoded):
        #expect(decoded.accepted + decoded.verifierBytes == decoded.bytes[...])
        #expect(decoded.verifierBytes.count == 1)
        output += decoded.bytes
        acceptedCount += decoded.acceptedCount
      case .finished(let last): summary = last
      }
    }
    #expect(output == expected.output)
    #expect(summary?.telemetry == expected.summary.telemetry)
    #expect(acceptedCount == expected.summary.telemetry.acceptedBytes)
  }

  @Test func `an event has the drafted bytes that did not stand, before the one that did`() throws {
    var verifier = FakeVerifier(alphabetSize: 5)
    verifier.isPoisoned = true
    let decoder = SpeculativeDecoder(
      drafter: FakeDrafter(verifier: verifier, accuracy: 0.7), verifier: verifier,
      options: DecodingOptions(maxBytes: 200, draftLength: .tokens(3)))
    var rounds: [DecodedBytes] = []
    let summary = try decoder.decode([1]) { event in
      if case .bytes(let decoded) = event { rounds.append(decoded) }
      return .proceed
    }.summary
    let corrected = rounds.filter { !$0.rejected.isEmpty }
    #expect(!corrected.isEmpty && corrected.count < rounds.count)
    for round in corrected {
      #expect(round.rejected.first != round.verifierBytes.first)
      #expect(round.provenance(at: round.acceptedCount) == .corrected)
    }
    for round in rounds {
      let kinds = round.bytes.indices.map(round.provenance)
      #expect(kinds.filter { $0 == .accepted }.count == round.acceptedCount)
      if round.rejected.isEmpty { #expect(kinds.last == .verifier) }
    }
    let drafted = rounds.reduce(0) { $0 + $1.acceptedCount + $1.rejected.count }
    #expect(drafted == summary.telemetry.draftedBytes)
  }

  @Test func `prefill reports its progress up to the byte before the last`() throws {
    var events: [DecodingEvent] = []
    _ = try decoder(maxBytes: 1).decode(Array(repeating: 1, count: 600)) {
      events.append($0)
      return .proceed
    }
    let expected: [DecodingEvent] = [
      .prefilled(bytes: 256, of: 599), .prefilled(bytes: 512, of: 599),
      .prefilled(bytes: 599, of: 599),
    ]
    #expect(Array(events.prefix(3)) == expected)
    #expect(events.count == 4)
  }

  @Test func `an observer can stop between chunks of the prompt`() throws {
    let result = try decoder().decode(Array(repeating: 1, count: 600)) { _ in .stop }
    #expect(result.output.isEmpty)
    #expect(result.summary.stopReason == .stopped)
  }

  @Test func `an observer can stop between rounds and keeps what was decided`() throws {
    let decoder = decoder()
    let whole = try decoder.decode([1]).output
    var seen: [UInt8] = []
    let result = try decoder.decode([1]) { event in
      if case .bytes(let decoded) = event { seen += decoded.bytes }
      return seen.count >= 10 ? .stop : .proceed
    }
    #expect(result.summary.stopReason == .stopped)
    #expect(result.output == seen)
    #expect(seen.count < 50 && whole.starts(with: seen))
  }

  @Test func `a model's error ends the stream after the bytes before it`() async throws {
    let decoder = decoder(failsAfter: 20)
    var output: [UInt8] = []
    await #expect(throws: DecodingError.nonFiniteLogit(model: "verifier", index: 7)) {
      for try await event in decoder.events([1]) {
        if case .bytes(let decoded) = event { output += decoded.bytes }
      }
    }
    #expect(!output.isEmpty)
    #expect(try self.decoder().decode([1]).output.starts(with: output))
  }

  @Test(.timeLimit(.minutes(2)))
  func `cancelling the task that iterates ends the generation`() async throws {
    let decoder = decoder(maxBytes: .max)
    let (started, signal) = AsyncStream<Void>.makeStream()
    let task = Task {
      var count = 0
      for try await event in decoder.events([1]) {
        if case .bytes(let decoded) = event { count += decoded.bytes.count }
        if count > 20 { signal.yield() }
      }
      return count
    }
    for await _ in started { break }
    task.cancel()
    #expect(try await task.value > 20)
  }

  /// How a stream can lose its reader.
  enum Ending: CaseIterable { case neverRead, leaving, cancelling, throwing }

  /// Were the generation to go on, its sessions would live on: the wait would not end.
  @Test(.timeLimit(.minutes(2)), arguments: Ending.allCases)
  func `a stream without a reader ends its generation and frees its sessions`(
    ending: Ending
  ) async throws {
    let (freed, signal) = AsyncStream<Void>.makeStream()
    try await Self.read(decoder(maxBytes: .max, lifetime: Lifetime(signal)), until: ending)
    for await _ in freed {}
  }

  private struct Failure: Error {}

  private static func read(
    _ decoder: SpeculativeDecoder<FakeDrafter, FakeVerifier>, until ending: Ending
  ) async throws {
    let events = decoder.events([1])
    switch ending {
    case .neverRead: break
    case .leaving: for try await _ in events { break }
    case .cancelling:
      let task = Task { for try await _ in events {} }
      task.cancel()
      try await task.value
    case .throwing:
      await #expect(throws: Failure.self) {
        for try await _ in events { throw Failure() }
      }
    }
  }

  @Test(arguments: [
    DecodingOptions(maxBytes: -1),
    DecodingOptions(draftLength: .tokens(-2)),
    DecodingOptions(sampling: SamplingOptions(temperature: -0.5)),
    DecodingOptions(sampling: SamplingOptions(temperature: .nan)),
  ])
  func `options out of range are errors`(options: DecodingOptions) async {
    var decoder = decoder()
    decoder.options = options
    #expect(throws: DecodingError.self) { try decoder.decode([]) }
    #expect(throws: DecodingError.self) { try decoder.decode([], drafting: .never) }
    let events = decoder.events([])
    await #expect(throws: DecodingError.self) { for try await _ in events {} }
  }
}
