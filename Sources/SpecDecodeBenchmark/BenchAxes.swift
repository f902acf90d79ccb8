package import DecodingCore
package import Reporting
package import SpeculativeDecoding

/// What a benchmark varies. Its configurations are all combinations.
///
/// A further axis is a list here, a loop in `samplings` or `speculative`, and a part of the name.
package struct BenchAxes: Equatable {
  private let draftLengths: [DraftLength]
  private let acceptances: [Acceptance]
  private let samplings: [SamplingOptions]
  /// Whether each configuration is compared with itself rather than with plain decoding.
  private let isTwice: Bool

  /// Lists what is varied.
  package init(
    draftLengths: [DraftLength] = [.automatic], acceptances: [Acceptance] = [.exact],
    samplings: [SamplingOptions] = [SamplingOptions()], isTwice: Bool = false
  ) {
    self.draftLengths = draftLengths
    self.acceptances = acceptances
    self.samplings = samplings
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
      let options = DecodingOptions(maxBytes: maxBytes, sampling: sampling, startByte: startByte)
      let plain = plans.count
      if !isTwice {
        plans.append(BenchPlan(id: plain, name: name(["plain"], sampling), options))
      }
      for (name, drafter, options) in speculative(options, drafters: drafters) {
        let first = isTwice ? plans.count : plain
        if isTwice { plans.append(BenchPlan(id: first, name: name, options, drafter: drafter)) }
        plans.append(
          BenchPlan(
            id: plans.count, name: isTwice ? name + ", again" : name, options, drafter: drafter,
            baseline: first))
      }
    }
    return plans
  }

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

  /// Plain without a drafter, else speculative.
  package init(
    id: Int, name: String, _ options: DecodingOptions, drafter: Int? = nil, baseline: Int? = nil
  ) {
    self.options = options
    let isSpeculative = drafter != nil
    configuration = BenchmarkConfiguration(
      id: id, name: name, kind: isSpeculative ? .speculative : .plain, baseline: baseline,
      drafter: drafter, draftTokens: isSpeculative ? options.draftLength : nil,
      acceptance: isSpeculative ? options.acceptance.spelling : nil,
      promisesIdentity: !isSpeculative || options.acceptance == .exact,
      temperature: options.sampling.temperature, topK: options.sampling.topK,
      topP: options.sampling.topP, minP: options.sampling.minP)
  }
}
