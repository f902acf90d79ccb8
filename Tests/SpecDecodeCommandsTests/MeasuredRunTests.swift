import DecodingCore
import Reporting
import SpecDecodeCommands
import SpeculativeDecoding
import Testing

/// Writes one byte for ever.
private struct Monotone: VerifierModel, DrafterModel {
  func makeSession() -> Session { Session() }

  final class Session: SharingSession, DrafterSession {
    var windowLimit: Int { 8 }

    static func run(_ windows: [SharedWindow<Session>]) throws(DecodingError) {}
    func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {}
    func verify(_ window: [UInt8]) throws(DecodingError) {}
    func rollBack(toFirst count: Int) {}
    func observe(_ bytes: ArraySlice<UInt8>) {}
    func catchUp() throws(DecodingError) {}

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = byte == 0x61 ? 1 : 0 }
    }

    func extend(
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
  /// The sample that was begun last, for each byte.
  var shown: [Int] = []

  func begin(sample: Int, seed: UInt64) { seeds.append(seed) }

  func receive(_ event: DecodingEvent) throws {
    if case .bytes(let decoded) = event {
      bytes += decoded.bytes.count
      shown += decoded.bytes.map { _ in seeds.count - 1 }
    }
    if bytes > refusesAfter { throw Refusal.full }
  }

  func end(sample: Int) throws { ended += 1 }

  func measuredBaseline(bytes: Int, of whole: Int) { baselineBytes = bytes }

  func endBaseline() { hasEndedBaseline = true }
}

struct MeasuredRunTests {
  private static func run(
    drafter: Monotone? = Monotone(), samples: Int = 2, batchSize: Int = 1,
    hasBaseline: Bool = true
  ) -> MeasuredRun<Monotone, Monotone> {
    let options = DecodingOptions(
      maxBytes: 30, sampling: SamplingOptions(seed: .max), draftLength: .tokens(3))
    return MeasuredRun(
      drafter: drafter, options: options, samples: samples, batchSize: batchSize,
      hasBaseline: hasBaseline
    ) { () throws(DecodingError) in
      GenerationStart(
        session: Monotone().makeSession(), prompt: [1, 2, 3], startByte: options.startByte)
    }
  }

  @Test(arguments: [1, 2, 8])
  func `all samples come first, then all baselines`(batchSize: Int) throws {
    let notebook = Notebook()
    let samples = try Self.run(batchSize: batchSize).measure(presenter: notebook) { false }
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

  @Test(arguments: [1, 2])
  func `an output that refuses bytes ends the run with its error`(batchSize: Int) {
    let notebook = Notebook()
    notebook.refusesAfter = 10
    #expect(throws: Refusal.full) {
      try Self.run(batchSize: batchSize).measure(presenter: notebook) { false }
    }
    #expect(notebook.bytes < 20)
  }

  @Test func `of several that are decoded together each is shown at its turn`() throws {
    let notebook = Notebook()
    let samples = try Self.run(samples: 5, batchSize: 3).measure(presenter: notebook) { false }
    #expect(notebook.seeds == [.max, 0, 1, 2, 3])
    #expect(notebook.shown == (0..<5).map { Array(repeating: $0, count: 30) }.flatMap(\.self))
    #expect(samples.map(\.seed) == notebook.seeds)
    #expect(samples.allSatisfy { $0.speculative?.output == $0.plain?.output })
  }
}
