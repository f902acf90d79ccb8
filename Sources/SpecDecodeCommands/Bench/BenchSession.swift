import Drafter
import Kernels
import Mamba
import Reporting
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
  private let models: BenchModels
  private let prompts: [BenchmarkPrompt]
  private let log: BenchmarkLog
  private let memory: MemoryReadRate
  private let display: ProgressDisplay
  private let clock = DecodingClock.continuous
  private let start: Double

  /// What was measured so far.
  var file: BenchmarkFile { log.file }

  /// Writes the header.
  init(_ request: BenchRequest, models: BenchModels, prompts: [BenchmarkPrompt]) throws {
    self.request = request
    self.models = models
    self.prompts = prompts
    start = clock.now()
    log = try BenchmarkLog(run: BenchmarkRun(request, models: models), path: request.output)
    memory = MemoryReadRate(
      byteCount: models.verifier.weightByteCount,
      team: try WorkerTeam.shared(size: models.device.threads))
    display = ProgressDisplay(label: "measuring", isQuiet: request.isQuiet)
  }

  /// Measures all there is to measure, unless the user ends it.
  func measure(isStopped: @escaping () -> Bool) throws {
    defer { display.clear() }
    let plans = request.axes.plans(
      drafters: models.drafterRecords.map(\.name), maxBytes: request.maxBytes,
      startByte: request.startByte)
    for plan in plans { try log.append(.configuration(plan.configuration)) }
    for prompt in prompts { try log.append(.prompt(prompt)) }
    try readMemory()
    try measureCosts(isStopped: isStopped)
    let runner = BenchmarkRunner(
      verifier: models.verifier, drafters: models.drafters, plans: plans, prompts: prompts,
      options: request.options)
    let end = try runner.run(
      since: start,
      BenchmarkRunner.Face(
        receive: { try self.log.append(.sample($0)) },
        progress: { try self.show(repetition: $0, prompts: $1) },
        isNarrow: { NarrowIntervals.areNarrow(self.file, target: self.request.targetInterval) },
        isStopped: isStopped))
    try readMemory()
    try log.append(
      .end(BenchmarkEnd(status: end.status, seconds: seconds, samples: end.samples)))
  }

  private var seconds: Double { clock.now() - start }

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
          at: seconds, threads: models.device.threads, bufferBytes: memory.byteCount,
          bytesPerSecond: memory.measure())))
  }

  private func show(repetition: Int, prompts done: Int) throws {
    let whole = Double(request.repetitions) * Double(prompts.count)
    let share = (Double(repetition) * Double(prompts.count) + Double(done)) / whole
    display.show(share: max(seconds / request.timeBudget, share))
    if done % Self.promptsBetweenReads == 0 { try readMemory() }
  }
}
