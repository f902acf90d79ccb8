import DecodingCore
package import Reporting
package import SpeculativeDecoding

/// What a benchmark varies. Its configurations are all combinations.
///
/// A further axis is a list here, a loop in `plans`, and a part of the name.
package struct BenchAxes: Equatable {
  private let draftLengths: [DraftLength]
  private let temperatures: [Double]
  /// Whether each configuration is compared with itself rather than with plain decoding.
  private let isTwice: Bool

  /// Lists what is varied.
  package init(draftLengths: [DraftLength], temperatures: [Double] = [0], isTwice: Bool = false) {
    self.draftLengths = draftLengths
    self.temperatures = temperatures
    self.isTwice = isTwice
  }

  /// The configurations, each baseline before what is compared with it.
  ///
  /// - Parameter drafters: the names of the drafters.
  package func plans(drafters: [String], maxBytes: Int, startByte: UInt8) -> [BenchPlan] {
    var plans: [BenchPlan] = []
    for temperature in temperatures {
      let options = DecodingOptions(
        maxBytes: maxBytes, sampling: SamplingOptions(temperature: temperature),
        startByte: startByte)
      let plain = plans.count
      if !isTwice { plans.append(BenchPlan(id: plain, name: name("plain", options), options)) }
      for drafter in drafters.indices {
        for length in draftLengths {
          var options = options
          options.draftLength = length
          let name = name(
            drafters.count > 1
              ? "\(drafters[drafter]) \(Self.name(of: length))"
              : Self.name(of: length), options)
          let first = isTwice ? plans.count : plain
          if isTwice { plans.append(BenchPlan(id: first, name: name, options, drafter: drafter)) }
          plans.append(
            BenchPlan(
              id: plans.count, name: isTwice ? name + ", again" : name, options, drafter: drafter,
              baseline: first))
        }
      }
    }
    return plans
  }

  private func name(_ start: String, _ options: DecodingOptions) -> String {
    temperatures.count > 1 ? "\(start), T = \(options.sampling.temperature)" : start
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

  /// Plain without a drafter, else speculative.
  package init(
    id: Int, name: String, _ options: DecodingOptions, drafter: Int? = nil, baseline: Int? = nil
  ) {
    self.options = options
    let isSpeculative = drafter != nil
    configuration = BenchmarkConfiguration(
      id: id, name: name, kind: isSpeculative ? .speculative : .plain, baseline: baseline,
      drafter: drafter, draftTokens: isSpeculative ? options.draftLength : nil,
      acceptance: isSpeculative ? "exact" : nil, temperature: options.sampling.temperature)
  }
}
