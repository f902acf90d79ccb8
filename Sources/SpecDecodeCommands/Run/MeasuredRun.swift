package import DecodingCore
package import Reporting
package import SpeculativeDecoding

/// Where a run shows what it does.
package protocol RunObserver: AnyObject {
  /// A sample begins; samples count from 0.
  func begin(sample: Int, seed: UInt64) throws

  /// Something happened in a generation whose output is wanted.
  func receive(_ event: DecodingEvent) throws

  /// The sample's output is complete, or was stopped.
  func end(sample: Int) throws

  /// So many bytes of plain decoding, which shows nothing else, are done.
  func measuredBaseline(bytes: Int, of whole: Int)

  /// Plain decoding is done.
  func endBaseline()
}

/// A prompt decoded with one or several seeds, then again plainly to compare.
package struct MeasuredRun<Drafter: DrafterModel, Verifier: VerifierModel>
where Verifier.Session: SharingSession {
  /// Begins a generation; called once for each.
  package typealias Start = () throws(DecodingError) -> GenerationStart<Verifier.Session>
  /// Takes what a generation has come to.
  package typealias Saving = (VerifierContext<Verifier.Session>) throws -> Void

  private let drafter: Drafter?
  private let start: Start
  private let options: DecodingOptions
  private let samples: Int
  private let batchSize: Int
  private let hasBaseline: Bool
  private let save: Saving?

  /// Plans a run; without a drafter it decodes plainly and has no baseline.
  ///
  /// - Parameters:
  ///   - batchSize: how many samples share passes.
  ///   - save: told where a sample ended that is the only one, before its baseline is measured.
  package init(
    drafter: Drafter?, options: DecodingOptions, samples: Int, batchSize: Int = 1,
    hasBaseline: Bool, save: Saving? = nil, start: @escaping Start
  ) {
    self.drafter = drafter
    self.start = start
    self.options = options
    self.samples = samples
    self.batchSize = batchSize
    self.hasBaseline = hasBaseline && drafter != nil
    self.save = save
  }

  /// Does it: all samples first, since somebody is waiting for them, then the baselines, as many at
  /// once as the samples were.
  ///
  /// - Parameter isStopped: asked after every round and every chunk of the prompt; true ends the
  ///   run there.
  /// - Returns: a measurement a sample; fewer, or without baselines, when stopped.
  /// - Throws: `DecodingError`, or what the observer throws.
  package func measure(
    presenter: some RunObserver, isStopped: () -> Bool
  ) throws -> [SampleMeasurement] {
    var measurements: [SampleMeasurement] = []
    for first in stride(from: 0, to: samples, by: batchSize) where !isStopped() {
      let batch = batch(from: first, of: samples)
      let turns = SampleTurns(batch, presenter) { options(sample: $0).sampling.seed }
      let results = try decode(batch, isBaseline: false) { sample, event in
        turns.receive(event, of: sample)
        return turns.failure != nil || isStopped() ? .stop : .proceed
      } ended: {
        turns.end(sample: $0, goesOn: !isStopped())
      }
      if let failure = turns.failure { throw failure }
      measurements += zip(batch, results).prefix(turns.begunCount).map { sample, result in
        SampleMeasurement(
          seed: options(sample: sample).sampling.seed,
          speculative: drafter == nil ? nil : result, plain: drafter == nil ? result : nil,
          acceptance: options.acceptance)
      }
    }
    if hasBaseline {
      try measureBaselines(&measurements, presenter: presenter, isStopped: isStopped)
    }
    return measurements
  }

  private func batch(from first: Int, of count: Int) -> Range<Int> {
    first..<first + min(batchSize, count - first)
  }

  private func options(sample: Int) -> DecodingOptions {
    var options = options
    options.sampling.seed &+= UInt64(sample)
    return options
  }

  /// Decodes samples in shared passes; one alone in its own.
  private func decode(
    _ batch: Range<Int>, isBaseline: Bool,
    observer: (Int, DecodingEvent) -> DecodingControl, ended: (Int) -> Void
  ) throws -> [DecodingResult] {
    var generations = try batch.map { sample throws(DecodingError) in
      let options = options(sample: sample)
      try options.validate()
      return Generation(
        drafter: isBaseline ? nil : drafter?.makeSession(), start: try start(), options: options,
        companions: batch.count)
    }
    guard batch.count > 1 else {
      let result = try generations[0].run { observer(batch.lowerBound, $0) }
      ended(batch.lowerBound)
      if samples == 1, !isBaseline { try save?(generations[0].context) }
      return [result]
    }
    return try SharedGenerations.run(generations) { place, event in
      observer(batch.lowerBound + place, event)
    } ended: { place, _ in
      ended(batch.lowerBound + place)
    }
  }

  /// What a lossy rule wrote, and what plain decoding did, in bits; nil when one is missing or the
  /// run is stopped.
  private func score(
    _ sample: SampleMeasurement, isStopped: () -> Bool
  ) throws(DecodingError) -> SampleMeasurement.Score? {
    guard let speculative = sample.speculative?.output, let plain = sample.plain?.output,
      let bits = try OutputScore.bitsPerByte(
        of: speculative, from: try start(), options: options, isStopped: isStopped),
      let exact = try OutputScore.bitsPerByte(
        of: plain, from: try start(), options: options, isStopped: isStopped)
    else { return nil }
    return SampleMeasurement.Score(bitsPerByte: bits, exactBitsPerByte: exact)
  }

  private func measureBaselines(
    _ measurements: inout [SampleMeasurement], presenter: some RunObserver, isStopped: () -> Bool
  ) throws {
    defer { presenter.endBaseline() }
    let whole = options.maxBytes.multipliedReportingOverflow(by: samples)
    var done = 0
    for first in stride(from: 0, to: measurements.count, by: batchSize) where !isStopped() {
      let batch = batch(from: first, of: measurements.count)
      let results = try decode(batch, isBaseline: true) { _, event in
        if case .bytes(let decoded) = event { done += decoded.bytes.count }
        presenter.measuredBaseline(bytes: done, of: whole.overflow ? .max : whole.partialValue)
        return isStopped() ? .stop : .proceed
      } ended: { _ in
      }
      for (index, plain) in zip(batch, results) where plain.summary.stopReason != .stopped {
        measurements[index].plain = plain
      }
      guard options.acceptance.isLossy else { continue }
      for index in batch {
        measurements[index].score = try score(measurements[index], isStopped: isStopped)
      }
    }
  }
}

/// Shows samples that are decoded together one after the other: the first as it is written, what
/// the others write meanwhile when it is their turn.
private final class SampleTurns<Presenter: RunObserver> {
  /// What the presenter threw first; nothing more is shown then.
  private(set) var failure: (any Error)?
  /// How many samples were shown, in part at least: those that are reported.
  private(set) var begunCount = 0

  private let presenter: Presenter
  private let seed: (Int) -> UInt64
  private let samples: Range<Int>
  /// The sample that is shown.
  private var shown: Int
  private var held: [Int: [DecodingEvent]] = [:]
  private var ended: Set<Int> = []

  init(_ samples: Range<Int>, _ presenter: Presenter, seed: @escaping (Int) -> UInt64) {
    self.samples = samples
    self.presenter = presenter
    self.seed = seed
    shown = samples.lowerBound
    begin()
  }

  func receive(_ event: DecodingEvent, of sample: Int) {
    if sample == shown {
      attempt { try presenter.receive(event) }
    } else if case .bytes = event {
      held[sample, default: []].append(event)
    }
  }

  /// - Parameter goesOn: false when the run is stopped: no other sample is shown then.
  func end(sample: Int, goesOn: Bool) {
    ended.insert(sample)
    while ended.contains(shown) {
      attempt { try presenter.end(sample: shown) }
      shown += 1
      guard goesOn, samples.contains(shown) else { return }
      begin()
    }
  }

  private func begin() {
    begunCount += 1
    attempt {
      try presenter.begin(sample: shown, seed: seed(shown))
      for event in held[shown] ?? [] { try presenter.receive(event) }
    }
    held[shown] = nil
  }

  private func attempt(_ body: () throws -> Void) {
    guard failure == nil else { return }
    do { try body() } catch { failure = error }
  }
}
