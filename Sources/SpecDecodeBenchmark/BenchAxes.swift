package import DecodingCore
package import Reporting
package import SpeculativeDecoding

/// What a benchmark varies. Its configurations are all combinations.
///
/// A further axis is a list here, a loop in `plans` or `speculative`, and a part of the name.
package struct BenchAxes: Equatable {
  private let draftLengths: [DraftLength]
  private let acceptances: [Acceptance]
  private let samplings: [SamplingOptions]
  private let batches: [Int]
  /// Whether each configuration is compared with itself rather than with plain decoding.
  private let isTwice: Bool

  /// Lists what is varied.
  package init(
    draftLengths: [DraftLength] = [.automatic], acceptances: [Acceptance] = [.exact],
    samplings: [SamplingOptions] = [SamplingOptions()], batches: [Int] = [1],
    isTwice: Bool = false
  ) {
    self.draftLengths = draftLengths
    self.acceptances = acceptances
    self.samplings = samplings
    self.batches = batches
    self.isTwice = isTwice
  }

  /// All combinations of the ways to sample.
  package static func samplings(
    temperatures: [Double], topK: [Int?] = [nil], topP: [Double?] = [nil], minP: [Double?] = [nil]
  ) -> [SamplingOptions] {
    temperatures.flatMap { temperature in
      topK.flatMap { topK in
        topP.flatMap { topP in
          minP.map { minP in
            SamplingOptions(temperature: temperature, topK: topK, topP: topP, minP: minP)
          }
        }
      }
    }
  }

  /// The configurations, each baseline before what is compared with it.
  ///
  /// - Parameter drafters: the names of the drafters.
  package func plans(drafters: [String], maxBytes: Int, startByte: UInt8) -> [BenchPlan] {
    var plans: [BenchPlan] = []
    for sampling in samplings {
      for batch in batches {
        let options = DecodingOptions(maxBytes: maxBytes, sampling: sampling, startByte: startByte)
        plans += self.plans(options, batch: batch, drafters: drafters, from: plans.count)
      }
    }
    return plans
  }

  /// A baseline and what is compared with it; each with itself if it is measured twice.
  private func plans(
    _ options: DecodingOptions, batch: Int, drafters: [String], from plain: Int
  ) -> [BenchPlan] {
    var plans: [BenchPlan] = []
    let company = batch > 1 || batches.count > 1 ? ", batch \(batch)" : ""
    func add(_ name: String, _ options: DecodingOptions, drafter: Int?, baseline: Int?) {
      plans.append(
        BenchPlan(
          id: plain + plans.count, name: name + company, options, batch: batch, drafter: drafter,
          baseline: baseline))
    }
    if !isTwice { add(name(["plain"], options.sampling), options, drafter: nil, baseline: nil) }
    for (name, drafter, options) in speculative(options, drafters: drafters) {
      let first = isTwice ? plain + plans.count : plain
      if isTwice { add(name, options, drafter: drafter, baseline: nil) }
      add(isTwice ? name + ", again" : name, options, drafter: drafter, baseline: first)
    }
    return plans
  }

  /// The largest batch.
  package var largestBatch: Int { batches.max() ?? 1 }

  private func speculative(
    _ options: DecodingOptions, drafters: [String]
  ) -> [(name: String, drafter: Int, options: DecodingOptions)] {
    drafters.indices.flatMap { drafter in
      draftLengths.flatMap { length in
        acceptances.map { acceptance in
          var options = options
          options.draftLength = length
          options.acceptance = acceptance
          let parts =
            (drafters.count > 1 ? [drafters[drafter]] : []) + [Self.name(of: length)]
            + (acceptances.count > 1 || acceptance != .exact ? [acceptance.spelling] : [])
          return (name(parts, options.sampling), drafter, options)
        }
      }
    }
  }

  private func name(_ parts: [String], _ sampling: SamplingOptions) -> String {
    func varies<Value: Equatable>(_ part: KeyPath<SamplingOptions, Value>) -> Bool {
      samplings.contains { $0[keyPath: part] != samplings[0][keyPath: part] }
    }
    func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "all" }
    return
      (parts + (varies(\.temperature) ? ["T = \(sampling.temperature)"] : [])
      + (varies(\.topK) ? ["top-k \(text(sampling.topK))"] : [])
      + (varies(\.topP) ? ["top-p \(text(sampling.topP))"] : [])
      + (varies(\.minP) ? ["min-p \(text(sampling.minP))"] : [])).joined(separator: ", ")
  }

  private static func name(of length: DraftLength) -> String {
    switch length {
    case .automatic: "auto"
    case .tokens(1): "1 token"
    case .tokens(let count): "\(count) tokens"
    }
  }
}
/// A configuration and the options that decode so; the seed is set for each repetition.
package struct BenchPlan: Equatable {
  /// What the record says of it.
  package let configuration: BenchmarkConfiguration
  /// Sampling, length, drafting.
  package let options: DecodingOptions
  /// How many generations share passes.
  var batch: Int { configuration.batch ?? 1 }

  /// Plain without a drafter, else speculative.
  package init(
    id: Int, name: String, _ options: DecodingOptions, batch: Int = 1, drafter: Int? = nil,
    baseline: Int? = nil
  ) {
    self.options = options
    let isSpeculative = drafter != nil
    configuration = BenchmarkConfiguration(
      id: id, name: name, kind: isSpeculative ? .speculative : .plain, baseline: baseline,
      drafter: drafter, draftTokens: isSpeculative ? options.draftLength : nil,
      acceptance: isSpeculative ? options.acceptance.spelling : nil,
      promisesIdentity: !isSpeculative || options.acceptance == .exact,
      batch: batch == 1 ? nil : batch,
      temperature: options.sampling.temperature, topK: options.sampling.topK,
      topP: options.sampling.topP, minP: options.sampling.minP)
  }
}
