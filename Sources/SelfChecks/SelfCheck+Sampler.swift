package import DecodingCore

extension SelfCheck {
  /// Draws a byte from logits, for a position of an output.
  package typealias Draw = (_ logits: [Float], _ position: UInt64) -> UInt8

  /// The sampler draws bytes as often as the model's distribution says.
  ///
  /// - Parameters:
  ///   - prompts: what is drawn follows them; none is empty.
  ///   - samplings: of temperatures above 0.
  ///   - draws: how many bytes each test draws.
  ///   - level: of each of a test's two times.
  ///   - makeDraw: the sampler that is checked.
  package static func sampler(
    verifier: some VerifierModel, prompts: [[UInt8]], samplings: [SamplingOptions], draws: Int,
    level: Double, makeDraw: @escaping (SamplingOptions) -> Draw = byteSampler
  ) -> SelfCheck {
    SelfCheck(
      name: "sampler", title: "the sampler draws the model's distribution",
      remedy: "decode at temperature 0 until it is mended, and report it with the model's "
        + "fingerprint"
    ) { record in
      for (index, prompt) in prompts.enumerated() {
        let logits = try verifier.logits(after: prompt)
        for (place, sampling) in samplings.enumerated() {
          try record.step(index * samplings.count + place, of: prompts.count * samplings.count)
          record.add(
            DistributionTest(
              label: "after prompt \(index + 1), \(sampling.text)", level: level,
              probabilities: ReferenceDistribution.probabilities(logits, sampling)
            ) { time in
              let draw = makeDraw(sampling)
              var counts = [Int](repeating: 0, count: 256)
              for number in 0..<draws {
                counts[Int(draw(logits, UInt64(time * draws + number)))] += 1
              }
              return counts
            })
        }
      }
    }
  }

  /// The sampler that decoding uses.
  package static func byteSampler(_ sampling: SamplingOptions) -> Draw {
    var sampler = ByteSampler(options: sampling)
    return { sampler.byte(from: $0, at: $1) }
  }
}

extension VerifierModel {
  /// The logits after a text of at least one byte.
  func logits(after text: [UInt8]) throws(DecodingError) -> [Float] {
    var session = makeSession()
    try session.consume(text.dropLast())
    try session.step(text[text.count - 1])
    var logits = [Float](repeating: 0, count: 256)
    try session.copyLogits(after: 0, into: &logits)
    return logits
  }
}
