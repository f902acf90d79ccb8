import DecodingCore
import Foundation
import Kernels
import Mamba
import Reporting
import SpecDecodeBenchmark
import SpeculativeDecoding
import Verifier

/// A benchmark from its header to its end.
final class BenchSession {
  /// Measurements of each cost at most, and the share of the time that they may take.
  private static let costRounds = 15
  private static let costShare = 0.05
  /// How fast memory is changes within minutes: it is sampled beside the results.
  private static let promptsBetweenReads = 8

  private let request: BenchRequest
  private let models: LoadedModels
  private let prompts: [BenchmarkPrompt]
  private let plans: [BenchPlan]
  private let log: BenchmarkLog
  private let memory: MemoryReadRate
  private let display: ProgressDisplay
  private let clock = DecodingClock.continuous
  /// When the run began, or would have begun if it had been measured in one go.
  private let start: Double
  /// When this part of it began.
  private let now: Double

  /// What was measured so far.
  var file: BenchmarkFile { log.file }

  /// Writes the header, or checks that what is there can be continued.
  init(
    _ request: BenchRequest, models: LoadedModels, prompts: [BenchmarkPrompt],
    existing: BenchOutput.Existing?
  ) throws {
    self.request = request
    self.models = models
    self.prompts = prompts
    try SharedGenerations.requireMemory(
      for: request.axes.largestBatch, beside: models.drafters.first?.makeSession(),
      models.verifier.makeSession())
    let run = try BenchmarkRun(request, models: models)
    plans = request.axes.plans(
      drafters: run.drafters.map(\.name), maxBytes: request.maxBytes,
      startByte: request.startByte)
    try existing?.file.requireContinuation(
      by: run, plans.map(\.configuration), prompts, file: request.output?.path ?? "")
    now = clock.now()
    start = now - (existing?.file.measuredSeconds ?? 0)
    log = try BenchmarkLog(run: run, output: request.output, existing: existing)
    // The verifier's own team, whole.
    memory = MemoryReadRate(
      byteCount: models.verifier.weightByteCount,
      team: try WorkerTeam.shared(
        size: models.device.choices == nil ? models.device.threads : nil))
    display = ProgressDisplay(
      label: "measuring", isQuiet: request.isQuiet, showsTimeLeft: true, writesLines: true)
  }

  /// Measures all there is to measure, unless the user ends it.
  func measure(isStopped: @escaping () -> Bool) throws {
    defer { display.clear() }
    for plan in plans.dropFirst(file.configurations.count) {
      try log.append(.configuration(plan.configuration))
    }
    let known = Set(file.prompts.map(\.index))
    for prompt in prompts where !known.contains(prompt.index) { try log.append(.prompt(prompt)) }
    try readMemory()
    if file.costs.isEmpty { try measureCosts(isStopped: isStopped) }
    let runner = BenchmarkRunner(
      verifier: models.verifier, drafters: models.drafters, plans: plans, prompts: prompts,
      options: request.options, share: SharedGenerations.run, measured: file.samples)
    let end = try runner.run(
      since: start, budgetFrom: now,
      BenchmarkRunner.Face(
        receive: { try self.log.append(.sample($0)) },
        progress: { try self.show(repetition: $0, prompts: $1) },
        isNarrow: { self.file.isNarrow(target: self.request.targetInterval) },
        isStopped: isStopped))
    try readMemory()
    try log.append(
      .end(
        BenchmarkEnd(status: end, seconds: clock.now() - start, samples: file.samples.count)))
  }

  private func measureCosts(isStopped: () -> Bool) throws {
    let costs = try CostMeasurement(
      verifier: models.verifier, drafters: models.drafters, prompt: Array(prompts[0].bytes)
    ).measure(
      rounds: Self.costRounds, budget: Self.costShare * request.timeBudget, isStopped: isStopped)
    for cost in costs { try log.append(.cost(cost)) }
  }

  private func readMemory() throws {
    try log.append(
      .memoryRead(
        MemoryRead(
          at: clock.now() - start, threads: memory.threads, bufferBytes: memory.byteCount,
          bytesPerSecond: memory.measure(), loadAverage: MachineLoad.average)))
  }

  private func show(repetition: Int, prompts done: Int) throws {
    let whole = Double(request.repetitions) * Double(prompts.count)
    let share = (Double(repetition) * Double(prompts.count) + Double(done)) / whole
    display.show(share: max((clock.now() - now) / max(request.timeBudget, 1e-9), share))
    if done % Self.promptsBetweenReads == 0 { try readMemory() }
  }
}

/// How busy a machine is.
enum MachineLoad {
  /// Programs that run or wait for a core, on average over the last minute; nil where the system
  /// has no file that tells it.
  static var average: Double? {
    (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?
      .split(separator: " ").first.flatMap { Double($0) }
  }
}

extension BenchmarkFile {
  /// Seconds from the start of the run to the last thing it measured.
  fileprivate var measuredSeconds: Double {
    (samples.map { $0.started + $0.timing.total } + memoryReads.map(\.at) + ends.map(\.seconds))
      .max() ?? 0
  }
}
