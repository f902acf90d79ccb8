package import DecodingCore

/// The sampler draws bytes as often as the model's distribution says.
package struct SamplerCheck<Verifier: VerifierModel>: SelfCheck {
  /// Draws a byte from logits, for a position of an output.
  package typealias Draw = (_ logits: [Float], _ position: UInt64) -> UInt8

  package var name: String { "sampler" }
  package var title: String { "the sampler draws the model's distribution" }
  package var remedy: String {
    "decode at temperature 0 until it is mended, and report it with the model's fingerprint"
  }

  private let verifier: Verifier
  private let prompts: [[UInt8]]
  private let samplings: [SamplingOptions]
  private let draws: Int
  private let level: Double
  private let makeDraw: (SamplingOptions) -> Draw

  /// A check.
  ///
  /// - Parameters:
  ///   - prompts: what is drawn follows them; none is empty.
  ///   - samplings: of temperatures above 0.
  ///   - draws: how many bytes each test draws.
  ///   - level: of each of a test's two times.
  ///   - makeDraw: the sampler that is checked.
  package init(
    verifier: Verifier, prompts: [[UInt8]], samplings: [SamplingOptions], draws: Int,
    level: Double, makeDraw: @escaping (SamplingOptions) -> Draw = Self.byteSampler
  ) {
    self.verifier = verifier
    self.prompts = prompts
    self.samplings = samplings
    self.draws = draws
    self.level = level
    self.makeDraw = makeDraw
  }

  /// The sampler that decoding uses.
  package static func byteSampler(_ sampling: SamplingOptions) -> Draw {
    var sampler = ByteSampler(options: sampling)
    return { sampler.byte(from: $0, at: $1) }
  }

  /// Draws at the end of each prompt with each sampler.
  package func run(_ record: CheckRecord) throws {
    for (index, prompt) in prompts.enumerated() {
      let logits = try verifier.logits(after: prompt)
      for (place, sampling) in samplings.enumerated() {
        try record.step(index * samplings.count + place, of: prompts.count * samplings.count)
        let label = "after prompt \(index + 1), \(sampling.text)"
        record.add(
          DistributionTest(
            label: label, level: level,
            probabilities: ReferenceDistribution.probabilities(logits, sampling)
          ) { counts(logits, sampling, time: $0) })
      }
    }
  }

  private func counts(_ logits: [Float], _ sampling: SamplingOptions, time: Int) -> [Int] {
    let draw = makeDraw(sampling)
    var counts = [Int](repeating: 0, count: 256)
    for index in 0..<draws { counts[Int(draw(logits, UInt64(time * draws + index)))] += 1 }
    return counts
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
