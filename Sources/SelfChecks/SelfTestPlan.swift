package import DecodingCore
package import SpeculativeDecoding

/// How much a self-test does.
package struct SelfTestPlan: Sendable {
  /// The chance that a run on good models fails, by the tests of distributions together.
  package static let falseAlarmProbability = 1e-6

  /// Bytes that windows are checked on.
  package var textBytes = 384
  /// Bytes that other instruction sets and numbers of threads read.
  package var variantBytes = 128
  /// Bytes that the scalar code reads, which is far slower.
  package var scalarBytes = 16
  /// Bytes of an output that is compared with plain decoding.
  package var outputBytes = 48
  /// Seeds of each sampler in these comparisons.
  package var seeds: UInt64 = 1
  /// Draft lengths in these comparisons.
  package var lengths = [DraftLength.automatic, .tokens(1), .tokens(3), .tokens(8)]
  /// Sizes of windows that are rolled back to each depth.
  package var rolledBackWindows = [1, 2, 8, 33]
  /// Prompts after which the sampler is tested.
  package var samplerPrompts = 3
  /// Bytes that each test of the sampler draws.
  package var draws = 10_000
  /// Outputs that each test of rejection sampling decodes.
  package var outputs = 1_500

  /// Under two minutes with the bundled models.
  package static let standard = SelfTestPlan()

  /// About ten times as much.
  package static let thorough: SelfTestPlan = {
    var plan = SelfTestPlan()
    plan.textBytes = 2_000
    plan.variantBytes = 600
    plan.scalarBytes = 64
    plan.outputBytes = 200
    plan.seeds = 3
    plan.lengths = [.automatic] + [1, 2, 3, 5, 8, 16].map(DraftLength.tokens)
    plan.rolledBackWindows = [1, 2, 3, 5, 8, 16, 24, 33]
    plan.samplerPrompts = 5
    plan.draws = 100_000
    plan.outputs = 15_000
    return plan
  }()

  /// Temperatures and filters, the greedy one first.
  private static let samplings = [
    SamplingOptions(), SamplingOptions(temperature: 0.7, seed: 11),
    SamplingOptions(temperature: 1, seed: 12), SamplingOptions(temperature: 1, seed: 13, topK: 20),
    SamplingOptions(temperature: 0.7, seed: 14, topP: 0.9),
    SamplingOptions(temperature: 1.3, seed: 15, topK: 100, topP: 0.98, minP: 0.01),
  ]

  /// Samplers and draft lengths that rejection sampling is tested with.
  private static let jointSamplings = [
    SamplingOptions(temperature: 1, seed: 1 << 32),
    SamplingOptions(temperature: 0.8, seed: 2 << 32, topK: 8),
  ]

  /// The checks in order, each of other things than those before it.
  ///
  /// - Parameters:
  ///   - threads: the verifier on other numbers of threads.
  ///   - instructionSets: the verifier on other instruction sets.
  package func checks<Drafter: DrafterModel, Verifier: RestorableVerifier>(
    _ decoder: SpeculativeDecoder<Drafter, Verifier>,
    threads: [VerifierVariant<Verifier>], instructionSets: [VerifierVariant<Verifier>]
  ) -> [SelfCheck] {
    let verifier = decoder.verifier
    var decoder = decoder
    decoder.options = DecodingOptions(maxBytes: outputBytes)
    return [
      .windows(
        verifier: verifier, text: SampleTexts.bytes(textBytes), windows: [1, 2, 3, 5, 8, 16],
        chunks: [7, 256, textBytes]),
      .variants(
        name: "threads", title: "any number of threads gives the same bits", verifier: verifier,
        variants: threads),
      .variants(
        name: "instructions", title: "every instruction set gives the same bits",
        verifier: verifier, variants: instructionSets),
      .rollback(verifier: verifier, windows: rolledBackWindows),
      .identity(decoder: decoder, samplings: seededSamplings, lengths: lengths),
      .resuming(
        decoder: decoder, samplings: Array(Self.samplings.prefix(3)),
        breaks: [1, outputBytes / 2, outputBytes - 1]),
    ] + distributionChecks(decoder)
  }

  private func distributionChecks<Drafter: DrafterModel, Verifier: RestorableVerifier>(
    _ decoder: SpeculativeDecoder<Drafter, Verifier>
  ) -> [SelfCheck] {
    let prompts = Array(SampleTexts.prompts.filter { !$0.isEmpty }.prefix(samplerPrompts))
    let sampling = Array(Self.samplings.dropFirst())
    let level = DistributionTest.level(
      falseAlarm: Self.falseAlarmProbability,
      tests: prompts.count * sampling.count + Self.jointSamplings.count)
    return [
      .sampler(
        verifier: decoder.verifier, prompts: prompts, samplings: sampling, draws: draws,
        level: level),
      .rejection(
        decoder: decoder, prompt: Array("He said".utf8), samplings: Self.jointSamplings,
        lengths: [.tokens(2), .automatic], outputs: outputs, level: level),
    ]
  }

  private var seededSamplings: [SamplingOptions] {
    Self.samplings.flatMap { sampling in
      (0..<(sampling.temperature == 0 ? 1 : seeds)).map { index in
        var seeded = sampling
        seeded.seed += index * 100
        return seeded
      }
    }
  }
}
