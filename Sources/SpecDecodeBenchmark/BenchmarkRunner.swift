package import DecodingCore
import Foundation
package import Reporting
import SpecDecodePlatform
package import SpeculativeDecoding

/// Decodes prompts with several configurations in turn, and hands over what it measures.
package struct BenchmarkRunner<Drafter: DrafterModel, Verifier: VerifierModel> {
  /// Runs generations in shared passes: `SharedGenerations.run`, where sessions can.
  package typealias Sharing = (
    [Generation<Drafter.Session, Verifier.Session>], (Int, DecodingEvent) -> DecodingControl,
    (Int, DecodingResult) -> Void
  ) throws(DecodingError) -> [DecodingResult]

  private let verifier: Verifier
  private let drafters: [Drafter]
  private let plans: [BenchPlan]
  private let prompts: [BenchmarkPrompt]
  private let options: BenchmarkOptions
  private let clock: DecodingClock
  private let share: Sharing?
  /// Samples that an earlier run has measured.
  private let measured: Set<SampleKey>
  private let firstOrder: Int

  /// What tells a sample from all others.
  private struct SampleKey: Hashable {
    let configuration: Int
    let prompt: Int
    let repetition: Int
  }

  /// Plans a benchmark.
  ///
  /// - Parameters:
  ///   - share: for plans with a batch.
  ///   - measured: samples that are there already; what they measured is not measured again.
  ///   - clock: times the run and plain decoding; speculative decoding has the machine's.
  package init(
    verifier: Verifier, drafters: [Drafter], plans: [BenchPlan], prompts: [BenchmarkPrompt],
    options: BenchmarkOptions, share: Sharing? = nil, measured: [BenchmarkSample] = [],
    clock: DecodingClock = .continuous
  ) {
    self.measured = Set(
      measured.map {
        SampleKey(configuration: $0.configuration, prompt: $0.prompt, repetition: $0.repetition)
      })
    firstOrder = (measured.map(\.order).max() ?? -1) + 1
    self.verifier = verifier
    self.drafters = drafters
    self.plans = plans
    self.prompts = prompts
    self.options = options
    self.clock = clock
    self.share = share
  }

  /// Bytes of a warming generation, which is not recorded.
  private static var warmUpBytes: Int { 64 }

  /// Where the runner hands over what it measures, and asks how to go on.
  package struct Face {
    /// A sample, as soon as its output was compared.
    let receive: (BenchmarkSample) throws -> Void
    /// So much of the work is done; called after every comparison.
    let progress: (_ repetition: Int, _ prompt: Int) throws -> Void
    /// Whether a round over the prompts may be the last; called between two rounds.
    let isNarrow: () -> Bool
    /// Whether the user has ended the run.
    let isStopped: () -> Bool
    /// Whether the time is spent.
    fileprivate var isSpent: () -> Bool = { false }

    /// Joins the four.
    package init(
      receive: @escaping (BenchmarkSample) throws -> Void,
      progress: @escaping (_ repetition: Int, _ prompt: Int) throws -> Void = { _, _ in },
      isNarrow: @escaping () -> Bool = { false }, isStopped: @escaping () -> Bool = { false }
    ) {
      self.receive = receive
      self.progress = progress
      self.isNarrow = isNarrow
      self.isStopped = isStopped
    }

    /// Whether a generation is to end: when the user says so, and while it reads its prompt when the
    /// time is spent.
    fileprivate func control(_ event: DecodingEvent) -> DecodingControl {
      if isStopped() { return .stop }
      if case .prefilled(let bytes, let whole) = event, bytes < whole, isSpent() { return .stop }
      return .proceed
    }
  }

  /// Runs warm-up and repetitions.
  ///
  /// - Parameters:
  ///   - start: when the run began, by the clock.
  ///   - budgetStart: from when on the time is spent; nil for `start`.
  /// - Returns: why it ended.
  package func run(
    since start: Double, budgetFrom budgetStart: Double? = nil, _ face: Face
  ) throws -> BenchmarkEnd.Status {
    func isSpent() -> Bool {
      clock.now() - (budgetStart ?? start) >= options.timeBudget ?? .infinity
    }
    var face = face
    face.isSpent = isSpent
    guard try warmUp(face) else { return face.isStopped() ? .interrupted : .timeBudget }
    var order = firstOrder
    for repetition in 0..<options.repetitions {
      let places = RandomOrder.places(
        prompts.count, seed: options.seed, round: repetition, part: 0)
      for (done, place) in places.enumerated() {
        // One comparison at least, so that there is something to report.
        if isSpent(), order > 0 { return .timeBudget }
        for family in families.indices {
          let keys = families[family].map {
            SampleKey(
              configuration: $0.configuration.id, prompt: prompts[place].index,
              repetition: repetition)
          }
          if keys.allSatisfy(measured.contains) { continue }
          let samples = try measure(
            family, prompts[place], repetition: repetition, firstOrder: order, since: start, face)
          guard let samples else { return face.isStopped() ? .interrupted : .timeBudget }
          // A run that was killed may have kept some of them.
          for (key, sample) in zip(keys, samples) where !measured.contains(key) {
            try face.receive(sample)
          }
          order += samples.count
        }
        try face.progress(repetition, done + 1)
      }
      if face.isNarrow() { return .interval }
    }
    return .repetitions
  }

  /// A baseline and all that is compared with it.
  private var families: [[BenchPlan]] {
    plans.filter { $0.configuration.baseline == nil }.map { baseline in
      [baseline] + plans.filter { $0.configuration.baseline == baseline.configuration.id }
    }
  }

  private func warmUp(_ face: Face) throws(DecodingError) -> Bool {
    guard let prompt = prompts.first else { return true }
    for plan in plans {
      var short = plan.options
      short.maxBytes = min(short.maxBytes, Self.warmUpBytes)
      let isStopped = try decode(plan, short, Array(prompt.bytes), observer: face.control)
        .contains { $0.stopReason == .stopped }
      if isStopped { return false }
    }
    return true
  }

  /// The samples of a family, baseline first; nil when the run ended among them.
  private func measure(
    _ family: Int, _ prompt: BenchmarkPrompt, repetition: Int, firstOrder: Int, since start: Double,
    _ face: Face
  ) throws(DecodingError) -> [BenchmarkSample]? {
    let plans = families[family]
    let places = RandomOrder.places(
      plans.count, seed: options.seed, round: repetition,
      part: 1 + prompt.index * families.count + family)
    var results = [Measured?](repeating: nil, count: plans.count)
    for (turn, place) in places.enumerated() {
      let measured = try measure(
        plans[place], prompt, repetition: repetition, order: firstOrder + turn, since: start, face)
      guard let measured else { return nil }
      results[place] = measured
    }
    let measured = results.compactMap { $0 }
    return measured.map { $0.sample(against: measured[0], isFirst: repetition == 0) }
  }

  private func measure(
    _ plan: BenchPlan, _ prompt: BenchmarkPrompt, repetition: Int, order: Int,
    since start: Double, _ face: Face
  ) throws(DecodingError) -> Measured? {
    var options = plan.options
    options.sampling.seed = self.options.seed &+ UInt64(repetition)
    let started = clock.now() - start
    var trace = GenerationTrace(
      plan.configuration.kind, keepsRejected: repetition == 0, maxBytes: options.maxBytes,
      clock: clock)
    let results = try decode(plan, options, Array(prompt.bytes)) { event in
      if case .bytes(let round) = event { trace.record(round) }
      return face.control(event)
    }
    guard results.allSatisfy({ $0.stopReason != .stopped }) else { return nil }
    return Measured(
      plan: plan, prompt: prompt.index, repetition: repetition, order: order, started: started,
      seed: options.sampling.seed, results: results, trace: trace)
  }

  /// Several that share passes have seeds that follow each other.
  private func decode(
    _ plan: BenchPlan, _ options: DecodingOptions, _ prompt: [UInt8],
    observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> [DecodingResult] {
    let drafter = plan.configuration.drafter.map { drafters[$0] }
    let decoder = SpeculativeDecoder(drafter: drafter, verifier: verifier)
    var generations = try (0..<plan.batch).map { place throws(DecodingError) in
      var options = options
      options.sampling.seed &+= UInt64(place)
      return try decoder.generation(
        prompt, options, companions: plan.batch, clock: drafter == nil ? clock : .continuous)
    }
    guard plan.batch > 1 else { return [try generations[0].run(observer: observer)] }
    guard let share else { preconditionFailure("sessions that share no passes") }
    return try share(generations, { observer($1) }, { _, _ in })
  }
}

/// A generation, or several that shared passes, to be compared.
private struct Measured {
  let plan: BenchPlan
  let prompt: Int
  let repetition: Int
  let order: Int
  let started: Double
  let seed: UInt64
  let results: [DecodingResult]
  let trace: GenerationTrace

  func sample(against baseline: Measured, isFirst: Bool) -> BenchmarkSample {
    let configuration = plan.configuration
    let isBaseline = configuration.baseline == nil
    let output = results.flatMap(\.output)
    let difference = FirstDifference.between(baseline.results.flatMap(\.output), output)
    return BenchmarkSample(
      configuration: configuration.id, prompt: prompt, repetition: repetition, order: order,
      started: started, seed: seed,
      promptBytes: results.reduce(0) { $0 + $1.summary.promptBytes },
      outputBytes: output.count, digest: SHA256.hex(SHA256.digest(of: output)),
      timing: TimingReport(results.map(\.summary.timing)), rounds: trace.rounds,
      cutBytes: isBaseline ? nil : results.reduce(0) { $0 + $1.summary.telemetry.cutBytes },
      identical: isBaseline ? nil : difference == nil, firstDifference: difference,
      output: isFirst || difference != nil ? Data(output) : nil)
  }
}

extension BenchmarkFile {
  /// Whether half of every interval is at most a share of its ratio. False while a configuration has
  /// no interval: a single prompt gives none.
  package func isNarrow(target: Double) -> Bool {
    configurations.filter { $0.baseline != nil }.allSatisfy { configuration in
      guard let speedup = BenchmarkSummary.speedup(of: configuration, in: self),
        let interval = speedup.interval
      else { return false }
      return interval.halfWidth <= target * speedup.ratio
    }
  }
}
