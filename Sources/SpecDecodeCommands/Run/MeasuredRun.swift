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
package struct MeasuredRun<Drafter: DrafterModel, Verifier: VerifierModel> {
  /// Begins a generation; called once for each.
  package typealias Start = () throws(DecodingError) -> GenerationStart<Verifier.Session>
  /// Takes what a generation has come to.
  package typealias Saving = (VerifierContext<Verifier.Session>) throws -> Void

  private let drafter: Drafter?
  private let start: Start
  private let options: DecodingOptions
  private let samples: Int
  private let hasBaseline: Bool
  private let save: Saving?

  /// Plans a run; without a drafter it decodes plainly and has no baseline.
  ///
  /// - Parameter save: told where each sample ended, before baselines are measured.
  package init(
    drafter: Drafter?, options: DecodingOptions, samples: Int, hasBaseline: Bool,
    save: Saving? = nil, start: @escaping Start
  ) {
    self.drafter = drafter
    self.start = start
    self.options = options
    self.samples = samples
    self.hasBaseline = hasBaseline && drafter != nil
    self.save = save
  }

  /// Does it: all samples first, since somebody is waiting for them, then the baselines.
  ///
  /// - Parameter isStopped: asked after every round and every chunk of the prompt; true ends the
  ///   run there.
  /// - Returns: a measurement a sample; fewer, or without baselines, when stopped.
  /// - Throws: `DecodingError`, or what the observer throws.
  package func measure(
    presenter: some RunObserver, isStopped: () -> Bool
  ) throws -> [SampleMeasurement] {
    var measurements: [SampleMeasurement] = []
    for sample in 0..<samples where !isStopped() {
      let options = options(sample: sample)
      try presenter.begin(sample: sample, seed: options.sampling.seed)
      let result = try decode(options, presenter: presenter, isStopped: isStopped)
      try presenter.end(sample: sample)
      measurements.append(
        SampleMeasurement(
          seed: options.sampling.seed, speculative: drafter == nil ? nil : result,
          plain: drafter == nil ? result : nil, acceptance: options.acceptance))
    }
    if hasBaseline {
      try measureBaselines(&measurements, presenter: presenter, isStopped: isStopped)
    }
    return measurements
  }

  private func options(sample: Int) -> DecodingOptions {
    var options = options
    options.sampling.seed &+= UInt64(sample)
    return options
  }

  private func decode(
    _ options: DecodingOptions, presenter: some RunObserver, isStopped: () -> Bool
  ) throws -> DecodingResult {
    var failure: (any Error)?
    var generation = try generation(options, drafter: drafter)
    let result = try generation.run { event in
      do {
        try presenter.receive(event)
      } catch {
        failure = error
        return .stop
      }
      return isStopped() ? .stop : .proceed
    }
    if let failure { throw failure }
    try save?(generation.context)
    return result
  }

  private func generation(
    _ options: DecodingOptions, drafter: Drafter?
  ) throws(DecodingError) -> Generation<Drafter.Session, Verifier.Session> {
    try options.validate()
    return Generation(drafter: drafter?.makeSession(), start: try start(), options: options)
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
  ) throws(DecodingError) {
    defer { presenter.endBaseline() }
    let whole = options.maxBytes.multipliedReportingOverflow(by: samples)
    var done = 0
    for index in measurements.indices where !isStopped() {
      var generation = try generation(options(sample: index), drafter: nil)
      let plain = try generation.run { event in
        if case .bytes(let decoded) = event { done += decoded.bytes.count }
        presenter.measuredBaseline(bytes: done, of: whole.overflow ? .max : whole.partialValue)
        return isStopped() ? .stop : .proceed
      }
      if plain.summary.stopReason != .stopped { measurements[index].plain = plain }
      if self.options.acceptance.isLossy {
        measurements[index].score = try score(measurements[index], isStopped: isStopped)
      }
    }
  }
}
