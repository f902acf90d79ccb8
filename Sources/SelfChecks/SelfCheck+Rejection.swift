package import DecodingCore
package import SpeculativeDecoding

extension SelfCheck {
  /// The first two bytes of outputs have the verifier's joint distribution under rejection sampling.
  ///
  /// - Parameters:
  ///   - prompt: at least one byte; short, since it is read for every output.
  ///   - samplings: of temperatures above 0; output number i has their seed plus i.
  ///   - lengths: of drafts, one for each of the samplings in turn.
  ///   - outputs: how many each test decodes.
  ///   - level: of each of a test's two times.
  ///   - acceptance: the rule that is checked.
  package static func rejection<Drafter: DrafterModel, Verifier: VerifierModel>(
    decoder: SpeculativeDecoder<Drafter, Verifier>, prompt: [UInt8], samplings: [SamplingOptions],
    lengths: [DraftLength], outputs: Int, level: Double, acceptance: Acceptance = .rejection
  ) -> SelfCheck {
    SelfCheck(
      name: "rejection", title: "rejection sampling draws the model's joint distribution",
      remedy: "use --acceptance exact, which does not depend on the drafter; if the drafter is "
        + "your own, see that it draws each byte from the distribution that it reports"
    ) { record in
      for (index, sampling) in samplings.enumerated() {
        var decoder = decoder
        // One byte more than are looked at, so that both of them can be drafted.
        decoder.options = DecodingOptions(
          maxBytes: 3, sampling: sampling, draftLength: lengths[index % lengths.count],
          acceptance: acceptance)
        record.add(
          try DistributionTest(
            label: "\(sampling.text), \(decoder.options.draftLength.text)", level: level,
            probabilities: try decoder.verifier.jointProbabilities(after: prompt, sampling)
          ) { time in
            var counts = [Int](repeating: 0, count: 1 << 16)
            for number in 0..<outputs {
              if number % 16 == 0 {
                try record.step(index * outputs + number, of: samplings.count * outputs)
              }
              decoder.options.sampling.seed =
                sampling.seed &+ UInt64(time * outputs) &+ UInt64(number)
              let output = try decoder.decode(prompt).output
              counts[Int(output[0]) << 8 | Int(output[1])] += 1
            }
            return counts
          })
      }
    }
  }
}

extension VerifierModel {
  /// Of each pair of bytes after a text, the first in the high place. [65536]
  fileprivate func jointProbabilities(
    after text: [UInt8], _ sampling: SamplingOptions
  ) throws(DecodingError) -> [Double] {
    let first = ReferenceDistribution.probabilities(try logits(after: text), sampling)
    var joint: [Double] = []
    joint.reserveCapacity(1 << 16)
    for byte in UInt8.min ... .max {
      guard first[Int(byte)] > 0 else {
        joint += repeatElement(0, count: 256)
        continue
      }
      let second = ReferenceDistribution.probabilities(
        try logits(after: text + [byte]), sampling)
      joint += second.map { $0 * first[Int(byte)] }
    }
    return joint
  }
}
