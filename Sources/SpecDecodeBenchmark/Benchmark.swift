public import DecodingCore
import Foundation
import Kernels
import Reporting
public import SpeculativeDecoding

/// Measures a drafter of any kind before a verifier of any kind against plain decoding, as
/// `specdecode bench` does: in random order, with intervals over prompts, every output compared.
///
///     var benchmark = Benchmark(drafter: MyDrafter(), verifier: verifier)
///     benchmark.draftLengths = [.tokens(4), .automatic]
///     let report = try benchmark.run()
///     try report.html.write(to: page)
public struct Benchmark<Drafter: DrafterModel, Verifier: VerifierModel> {
  /// A text to write from.
  public struct Prompt: Sendable, Equatable {
    /// Its name, which no other prompt may have.
    public var name: String
    /// The kind of text.
    public var kind: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// Names a text.
    public init(_ name: String, kind: String = "prompts", bytes: [UInt8]) {
      self.name = name
      self.kind = kind
      self.bytes = bytes
    }
  }

  /// What to write from; the prompts of `specdecode bench` when there are none.
  public var prompts: [Prompt] = []
  /// The lengths of drafts to compare.
  public var draftLengths: [DraftLength] = [.automatic]
  /// The rules of acceptance to compare.
  public var acceptances: [Acceptance] = [.exact]
  /// The temperatures to compare.
  public var temperatures: [Double] = [0]
  /// Bytes of each generation.
  public var maxBytes = 256
  /// The most repetitions of a prompt.
  public var repetitions = 20
  /// Seconds after which it ends.
  public var timeBudget = 120.0
  /// Half the width of every interval over its ratio at which it ends before that.
  public var targetInterval = 0.05
  /// The seed of order, noise and intervals.
  public var seed: UInt64 = 0

  private let drafter: Drafter
  private let verifier: Verifier
  private let names: (drafter: String, verifier: String)

  /// Joins a drafter and a verifier, and what reports call them.
  public init(
    drafter: Drafter, verifier: Verifier, drafterName: String = "\(Drafter.self)",
    verifierName: String = "\(Verifier.self)"
  ) {
    self.drafter = drafter
    self.verifier = verifier
    names = (drafterName, verifierName)
  }

  /// Measures until an end is reached.
  ///
  /// - Parameter isStopped: asked after every round; true ends it with what was measured.
  /// - Throws: `DecodingError`.
  public func run(isStopped: @escaping () -> Bool = { false }) throws -> BenchmarkReport {
    let prompts = try benchmarkPrompts()
    let axes = BenchAxes(
      draftLengths: draftLengths, acceptances: acceptances,
      samplings: BenchAxes.samplings(temperatures: temperatures))
    let plans = axes.plans(drafters: [names.drafter], maxBytes: maxBytes, startByte: 0x0A)
    let collected = Collected(BenchmarkFile(run: header))
    for plan in plans { collected.file.append(.configuration(plan.configuration)) }
    for prompt in prompts { collected.file.append(.prompt(prompt)) }
    let clock = DecodingClock.continuous
    let start = clock.now()
    let costs = CostMeasurement(
      verifier: verifier, drafters: [drafter], prompt: Array(prompts.first?.bytes ?? Data()))
    for cost in try costs.measure(rounds: 5, budget: 0.05 * timeBudget, isStopped: isStopped) {
      collected.file.append(.cost(cost))
    }
    let runner = BenchmarkRunner(
      verifier: verifier, drafters: [drafter], plans: plans, prompts: prompts,
      options: header.options)
    let status = try runner.run(
      since: start,
      BenchmarkRunner.Face(
        receive: { collected.file.append(.sample($0)) },
        isNarrow: { [targetInterval] in collected.file.isNarrow(target: targetInterval) },
        isStopped: isStopped))
    let samples = collected.file.samples.count
    collected.file.append(
      .end(BenchmarkEnd(status: status, seconds: clock.now() - start, samples: samples)))
    return BenchmarkReport(collected.file, name: names.drafter)
  }

  private final class Collected {
    var file: BenchmarkFile
    init(_ file: BenchmarkFile) { self.file = file }
  }

  private func benchmarkPrompts() throws -> [BenchmarkPrompt] {
    guard !prompts.isEmpty else { return try PromptFile.builtIn() }
    return prompts.enumerated().map { index, prompt in
      BenchmarkPrompt(
        index: index, id: prompt.name, category: prompt.kind, bytes: Data(prompt.bytes))
    }
  }

  private var header: BenchmarkRun {
    func record(_ name: String) -> ModelRecord {
      ModelRecord(name: name, path: "", fingerprint: "", weightBytes: 0)
    }
    return BenchmarkRun(
      version: BenchmarkRun.schema, commit: nil, started: Date.now.formatted(.iso8601),
      machine: .current,
      instructionSet: "models of the caller's own", threads: WorkerTeam.defaultSize,
      verifier: record(names.verifier), drafters: [record(names.drafter)],
      options: BenchmarkOptions(
        prompts: prompts.isEmpty ? "built-in" : "the caller's", seed: seed, maxBytes: maxBytes,
        startByte: 0x0A, targetInterval: targetInterval, timeBudget: timeBudget,
        repetitions: repetitions), shard: nil)
  }
}

/// What a benchmark measured.
public struct BenchmarkReport: Sendable {
  private let run: ReportedRun

  init(_ file: BenchmarkFile, name: String) {
    run = ReportedRun(name: name, file: file)
  }

  /// How one way of decoding did.
  public struct Result: Sendable, Equatable {
    /// What tells it from the others.
    public let name: String
    /// Plain decoding seconds over speculative decoding seconds for the same bytes; nil where
    /// outputs differ that may not.
    public let speedup: Double?
    /// Its 95 % interval over prompts; nil for fewer than two.
    public let interval: ClosedRange<Double>?
    /// Accepted over drafted bytes; nil when none was drafted.
    public let acceptanceRate: Double?
    /// Bytes a pass of the verifier.
    public let meanAcceptanceLength: Double?
    /// Outputs that were compared with plain decoding's, and those that differ.
    public let compared: Int, differing: Int
  }

  /// One entry for each way of decoding with the drafter.
  public var results: [Result] {
    run.speculative.map { summary, _ in
      let all = summary.overall
      return Result(
        name: summary.configuration.name, speedup: all.speedup?.ratio,
        interval: all.speedup?.interval.map { $0.lower...$0.upper },
        acceptanceRate: all.rounds?.counts.acceptanceRate,
        meanAcceptanceLength: all.rounds?.counts.meanAcceptanceLength,
        compared: all.identity?.compared ?? 0, differing: all.identity?.differing ?? 0)
    }
  }

  /// The report as `specdecode bench` prints it.
  public var text: String { run.summary.text }

  /// The report in Markdown.
  public var markdown: String { document.markdown }

  /// The report as one HTML page that needs nothing else.
  public var html: String { document.page }

  /// A row for each way of decoding and kind of text, as CSV.
  public var csv: String { ReportCSV.text([run]) }

  /// Each chart as SVG that stands alone, by a name for its file.
  public var charts: [String: String] {
    Dictionary(document.charts.map { ($0.name, $0.figure.file) }) { first, _ in first }
  }

  private var document: ReportDocument { ReportDocument([run], textLimit: 6) }
}
