import DecodingCore
import Reporting
import SpecDecodeCommands
import SpeculativeDecoding
import Testing

/// Writes one byte for ever.
private struct Monotone: VerifierModel, DrafterModel {
  func makeSession() -> Session { Session() }

  struct Session: VerifierSession, DrafterSession {
    var windowLimit: Int { 8 }
    var weightByteCount: Int? { nil }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {}
    mutating func verify(_ window: [UInt8]) throws(DecodingError) {}
    mutating func rollBack(toFirst count: Int) {}
    mutating func observe(_ bytes: ArraySlice<UInt8>) {}
    mutating func catchUp() throws(DecodingError) {}

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = byte == 0x61 ? 1 : 0 }
    }

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      draft.append(0x61, probability: 1)
      draft.endToken()
      return true
    }
  }
}

private enum Refusal: Error {
  case full
}

/// Notes what a run shows.
private final class Notebook: RunObserver {
  var seeds: [UInt64] = []
  var bytes = 0
  var ended = 0
  var baselineBytes = 0
  var hasEndedBaseline = false
  var refusesAfter = Int.max

  func begin(sample: Int, seed: UInt64) { seeds.append(seed) }

  func receive(_ event: DecodingEvent) throws {
    if case .bytes(let decoded) = event { bytes += decoded.bytes.count }
    if bytes > refusesAfter { throw Refusal.full }
  }

  func end(sample: Int) throws { ended += 1 }

  func measuredBaseline(bytes: Int, of whole: Int) { baselineBytes = bytes }

  func endBaseline() { hasEndedBaseline = true }
}

struct MeasuredRunTests {
  private static func run(
    drafter: Monotone? = Monotone(), samples: Int = 2, hasBaseline: Bool = true
  ) -> MeasuredRun<Monotone, Monotone> {
    let options = DecodingOptions(
      maxBytes: 30, sampling: SamplingOptions(seed: .max), draftLength: .tokens(3))
    return MeasuredRun(
      drafter: drafter, options: options, samples: samples, hasBaseline: hasBaseline
    ) { () throws(DecodingError) in
      GenerationStart(
        session: Monotone().makeSession(), prompt: [1, 2, 3], startByte: options.startByte)
    }
  }

  @Test func `all samples come first, then all baselines`() throws {
    let notebook = Notebook()
    let samples = try Self.run().measure(presenter: notebook) { false }
    #expect(notebook.seeds == [.max, 0])
    #expect(notebook.bytes == 60)
    #expect(notebook.ended == 2)
    #expect(notebook.baselineBytes == 60)
    #expect(notebook.hasEndedBaseline)
    #expect(samples.allSatisfy { $0.speculative?.output == $0.plain?.output })
    #expect(samples.map(\.output.count) == [30, 30])
  }

  @Test func `without a drafter the plain output is the output`() throws {
    let samples = try Self.run(drafter: nil).measure(presenter: Notebook()) { false }
    #expect(samples.allSatisfy { $0.speculative == nil && $0.output.count == 30 })
  }

  @Test func `a run that is stopped has what was done and no baseline`() throws {
    let notebook = Notebook()
    let samples = try Self.run().measure(presenter: notebook) { notebook.bytes > 10 }
    #expect(samples.count == 1)
    #expect((11..<30).contains(samples[0].output.count))
    #expect(samples[0].plain == nil)
  }

  @Test func `a baseline that is stopped is not used`() throws {
    let notebook = Notebook()
    let samples = try Self.run().measure(presenter: notebook) { notebook.baselineBytes > 40 }
    #expect(samples.count == 2)
    #expect(samples[0].plain != nil)
    #expect(samples[1].plain == nil)
    #expect(MeasurementReport(samples).speedup == nil)
    #expect(notebook.hasEndedBaseline)
  }

  @Test func `an output that refuses bytes ends the run with its error`() {
    let notebook = Notebook()
    notebook.refusesAfter = 10
    #expect(throws: Refusal.full) {
      try Self.run().measure(presenter: notebook) { false }
    }
    #expect(notebook.bytes < 20)
  }
}
