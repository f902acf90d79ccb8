import DecodingCore
import Foundation
import Reporting
import SpecDecodeBenchmark
import SpeculativeDecoding
import Testing

/// Writes the letter a; passes over windows, which plain decoding does not make, give another one.
private struct Inconsistent: VerifierModel, DrafterModel {
  var windowLetter: UInt8 = 0x62

  func makeSession() -> Session { Session(windowLetter: windowLetter) }

  struct Session: VerifierSession, DrafterSession {
    let windowLetter: UInt8
    var letter: UInt8 = 0x61
    var windowLimit: Int { 8 }
    var weightByteCount: Int? { nil }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {}
    mutating func verify(_ window: [UInt8]) throws(DecodingError) { letter = windowLetter }
    mutating func step(_ byte: UInt8) throws(DecodingError) { letter = 0x61 }
    mutating func rollBack(toFirst count: Int) {}
    mutating func observe(_ bytes: ArraySlice<UInt8>) {}
    mutating func catchUp() throws(DecodingError) {}

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = byte == Int(letter) ? 1 : 0 }
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

struct BenchmarkRunnerTests {
  private static let header = BenchmarkRun(
    version: "1", commit: nil, started: "2001-01-01T00:00:00Z",
    machine: MachineRecord(processor: "p", cores: 1, system: "s", memoryBytes: 1),
    instructionSet: "scalar", threads: 1,
    verifier: ModelRecord(name: "v", path: "v", fingerprint: "00", weightBytes: 1),
    drafters: [ModelRecord(name: "d", path: "d", fingerprint: "01", weightBytes: 1)],
    options: BenchmarkOptions(
      prompts: "built-in", seed: 0, maxBytes: 9, startByte: 10, targetInterval: 0,
      timeBudget: nil, repetitions: 2), shard: nil)

  /// The records of a run over three prompts.
  private static func file(
    _ model: Inconsistent, _ axes: BenchAxes, isStopped: @escaping (Int) -> Bool = { _ in false }
  ) throws -> (file: BenchmarkFile, status: BenchmarkEnd.Status) {
    var file = BenchmarkFile(run: header)
    let prompts = (0..<3).map {
      BenchmarkPrompt(index: $0, id: "\($0)", category: "c", bytes: Data([0x61]))
    }
    let plans = axes.plans(drafters: ["d"], maxBytes: 9, startByte: 10)
    for plan in plans { file.append(.configuration(plan.configuration)) }
    for prompt in prompts { file.append(.prompt(prompt)) }
    let runner = BenchmarkRunner(
      verifier: model, drafters: [model], plans: plans, prompts: prompts, options: header.options)
    var received: [BenchmarkSample] = []
    let end = try runner.run(
      since: 0,
      BenchmarkRunner.Face(
        receive: { received.append($0) }, isStopped: { isStopped(received.count) }))
    for sample in received { file.append(.sample(sample)) }
    return (file, end)
  }

  @Test func `outputs that are the same are found to be the same`() throws {
    let (file, status) = try Self.file(
      Inconsistent(windowLetter: 0x61), BenchAxes(draftLengths: [.tokens(2)]))
    #expect(status == .repetitions)
    #expect(file.samples.count == 12)
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(!summary.breaksIdentity)
    #expect(summary.configurations[1].overall.identity?.isIdentical == true)
    #expect(summary.configurations[1].overall.rounds?.counts.meanAcceptanceLength == 3)
  }

  @Test func `a model that breaks its promise is found out, with the byte and both outputs`() throws
  {
    let (file, _) = try Self.file(Inconsistent(), BenchAxes(draftLengths: [.tokens(2)]))
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(summary.breaksIdentity)
    #expect(summary.configurations[1].overall.speedup == nil)
    let speculative = file.samples.filter { $0.configuration == 1 }
    #expect(speculative.allSatisfy { $0.identical == false && $0.firstDifference == 0 })
    #expect(speculative.allSatisfy { $0.output?.count == 9 })
  }

  @Test func `under a rule that promises nothing the difference is no fault`() throws {
    let (file, _) = try Self.file(
      Inconsistent(),
      BenchAxes(draftLengths: [.tokens(2)], acceptances: [.topBeta(beta: 1)]))
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(!summary.breaksIdentity)
    #expect((summary.configurations[1].overall.identity?.differing ?? 0) > 0)
    #expect(summary.configurations[1].overall.speedup != nil)
  }

  @Test func `a run that is stopped keeps whole comparisons only`() throws {
    let (file, status) = try Self.file(
      Inconsistent(windowLetter: 0x61), BenchAxes(draftLengths: [.tokens(1), .tokens(2)])
    ) { $0 >= 6 }
    #expect(status == .interrupted)
    #expect(file.samples.count == 6)
  }
}
