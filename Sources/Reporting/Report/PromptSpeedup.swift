import Foundation

/// The speedup on one prompt, and how far its repetitions let one trust it.
package struct PromptSpeedup: Sendable, Equatable {
  /// The prompt's index.
  package let prompt: Int
  /// The baseline's time over the configuration's, each the median over repetitions.
  package let ratio: Double
  /// Where the ratio might be; nil for fewer than three repetitions.
  ///
  /// Student's 95 % interval of the mean logarithm of the repetitions' ratios, around `ratio`. It
  /// tells of noise on this prompt, where the interval over all prompts tells of prompts, too.
  package let interval: Interval?

  /// The prompts of a configuration that have a speedup, with the samples of it and its baseline.
  package static func all(
    _ speedup: SpeedupSummary, samples: [BenchmarkSample], baseline: [BenchmarkSample]
  ) -> [PromptSpeedup] {
    let own = Dictionary(grouping: samples, by: \.prompt)
    let others = Dictionary(grouping: baseline, by: \.prompt)
    return speedup.prompts.map { prompt in
      let ratios = ratios(own[prompt.prompt, default: []], others[prompt.prompt, default: []])
      return PromptSpeedup(
        prompt: prompt.prompt, ratio: prompt.ratio,
        interval: interval(around: prompt.ratio, logarithms: ratios.map { log($0) }))
    }
  }

  /// The ratio of each repetition that both have.
  private static func ratios(
    _ samples: [BenchmarkSample], _ baseline: [BenchmarkSample]
  ) -> [Double] {
    func pace(_ sample: BenchmarkSample) -> Double {
      sample.timing.decoding / Double(sample.outputBytes)
    }
    return samples.compactMap { sample in
      guard let other = baseline.first(where: { $0.repetition == sample.repetition }) else {
        return nil
      }
      let ratio = pace(other) / pace(sample)
      return ratio.isFinite && ratio > 0 ? ratio : nil
    }
  }

  static func interval(around ratio: Double, logarithms: [Double]) -> Interval? {
    guard logarithms.count >= 3 else { return nil }
    let count = Double(logarithms.count)
    let mean = logarithms.reduce(0, +) / count
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / (count - 1) / count).squareRoot()
    let point = StudentDistribution(degreesOfFreedom: logarithms.count - 1).point(twoSided: 0.95)
    return Interval(lower: ratio * exp(-point * error), upper: ratio * exp(point * error))
  }
}
