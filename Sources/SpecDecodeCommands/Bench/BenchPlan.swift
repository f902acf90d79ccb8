import DecodingCore
package import Reporting
package import SpeculativeDecoding

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
