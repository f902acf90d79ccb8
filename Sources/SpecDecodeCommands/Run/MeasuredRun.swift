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
  private let drafter: Drafter?
  private let verifier: Verifier
  private let prompt: [UInt8]
  private let options: DecodingOptions
  private let samples: Int
  private let hasBaseline: Bool

  /// Plans a run; without a drafter it decodes plainly and has no baseline.
  package init(
    drafter: Drafter?, verifier: Verifier, prompt: [UInt8], options: DecodingOptions,
    samples: Int, hasBaseline: Bool
  ) {
    self.drafter = drafter
    self.verifier = verifier
    self.prompt = prompt
    self.options = options
    self.samples = samples
    self.hasBaseline = hasBaseline && drafter != nil
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
          plain: drafter == nil ? result : nil))
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
    let result = try decode(options) { event in
      do {
        try presenter.receive(event)
      } catch {
        failure = error
        return .stop
      }
      return isStopped() ? .stop : .proceed
    }
    if let failure { throw failure }
    return result
  }

  private func decode(
    _ options: DecodingOptions, observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> DecodingResult {
    guard let drafter else { return try decodePlainly(options, observer: observer) }
    return try SpeculativeDecoder(drafter: drafter, verifier: verifier, options: options)
      .decode(prompt: prompt, observer: observer)
  }

  private func decodePlainly(
    _ options: DecodingOptions, observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> DecodingResult {
    try options.validate()
    var generation = PlainGeneration(
      verifier: verifier.makeSession(), prompt: prompt, options: options)
    return try generation.run(observer: observer)
  }

  private func measureBaselines(
    _ measurements: inout [SampleMeasurement], presenter: some RunObserver, isStopped: () -> Bool
  ) throws(DecodingError) {
    defer { presenter.endBaseline() }
    let whole = options.maxBytes.multipliedReportingOverflow(by: samples)
    var done = 0
    for index in measurements.indices where !isStopped() {
      let plain = try decodePlainly(options(sample: index)) { event in
        if case .bytes(let decoded) = event { done += decoded.bytes.count }
        presenter.measuredBaseline(bytes: done, of: whole.overflow ? .max : whole.partialValue)
        return isStopped() ? .stop : .proceed
      }
      if plain.summary.stopReason == .maxBytes { measurements[index].plain = plain }
    }
  }
}
