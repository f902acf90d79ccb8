package import DecodingCore
package import SpeculativeDecoding

/// The first two bytes of outputs have the verifier's joint distribution under rejection sampling.
package struct JointCheck<Drafter: DrafterModel, Verifier: VerifierModel>: SelfCheck {
  package var name: String { "rejection" }
  package var title: String { "rejection sampling draws the model's joint distribution" }
  package var remedy: String {
    "use --acceptance exact, which does not depend on the drafter; if the drafter is your own, see "
      + "that it draws each byte from the distribution that it reports"
  }

  private let decoder: SpeculativeDecoder<Drafter, Verifier>
  private let prompt: [UInt8]
  private let samplings: [SamplingOptions]
  private let lengths: [DraftLength]
  private let outputs: Int
  private let level: Double
  private let acceptance: Acceptance

  /// A check.
  ///
  /// - Parameters:
  ///   - prompt: at least one byte; short, since it is read for every output.
  ///   - samplings: of temperatures above 0; output number i has their seed plus i.
  ///   - lengths: of drafts, one for each of the samplings in turn.
  ///   - outputs: how many each test decodes.
  ///   - level: of each of a test's two times.
  ///   - acceptance: the rule that is checked.
  package init(
    decoder: SpeculativeDecoder<Drafter, Verifier>, prompt: [UInt8], samplings: [SamplingOptions],
    lengths: [DraftLength], outputs: Int, level: Double, acceptance: Acceptance = .rejection
  ) {
    self.decoder = decoder
    self.prompt = prompt
    self.samplings = samplings
    self.lengths = lengths
    self.outputs = outputs
    self.level = level
    self.acceptance = acceptance
  }

  /// Decodes with each sampler.
  package func run(_ record: CheckRecord) throws {
    for (index, sampling) in samplings.enumerated() {
      let length = lengths[index % lengths.count]
      var first = sampling
      record.add(
        try DistributionTest(
          label: "\(sampling.text), \(length.text)", level: level,
          probabilities: try jointProbabilities(sampling)
        ) { time in
          first.seed = sampling.seed &+ UInt64(time * outputs)
          return try counts(first, length) { done in
            try record.step(index * outputs + done, of: samplings.count * outputs)
          }
        })
    }
  }

  /// Of each pair of bytes, the first in the high place. [65536]
  private func jointProbabilities(_ sampling: SamplingOptions) throws(DecodingError) -> [Double] {
    let first = ReferenceDistribution.probabilities(
      try verifier.logits(after: prompt), sampling)
    var joint: [Double] = []
    joint.reserveCapacity(1 << 16)
    for byte in UInt8.min ... .max {
      guard first[Int(byte)] > 0 else {
        joint += repeatElement(0, count: 256)
        continue
      }
      let second = ReferenceDistribution.probabilities(
        try verifier.logits(after: prompt + [byte]), sampling)
      joint += second.map { $0 * first[Int(byte)] }
    }
    return joint
  }

  private var verifier: Verifier { decoder.verifier }

  private func counts(
    _ sampling: SamplingOptions, _ length: DraftLength, progress: (Int) throws -> Void
  ) throws -> [Int] {
    var decoder = decoder
    // One byte more than are looked at, so that both of them can be drafted.
    decoder.options = DecodingOptions(
      maxBytes: 3, sampling: sampling, draftLength: length, acceptance: acceptance)
    var counts = [Int](repeating: 0, count: 1 << 16)
    for index in 0..<outputs {
      if index % 16 == 0 { try progress(index) }
      decoder.options.sampling.seed = sampling.seed &+ UInt64(index)
      let output = try decoder.decode(prompt).output
      counts[Int(output[0]) << 8 | Int(output[1])] += 1
    }
    return counts
  }
}
