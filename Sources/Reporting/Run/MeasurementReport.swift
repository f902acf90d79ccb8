package import SpeculativeDecoding

/// What one sample, or all samples of a run together, came to.
///
/// Sums are over the samples; rates are computed from the sums. Values that do not apply are nil
/// and written as null: `speculative` and all counts of drafting without a drafter; `plain`,
/// `speedup`, `speedup_with_prefill` and `identical` without a complete baseline. One sample that
/// differs is enough for `identical` to be false, and outputs that differ have no speedup. Under
/// another rule of acceptance than `exact` the outputs may differ: `identical` is nil, and the
/// speedup is the ratio of the bytes a second.
package struct MeasurementReport: Sendable, Equatable {
  /// With the drafter.
  package let speculative: GenerationReport?
  /// Byte by byte.
  package let plain: GenerationReport?
  /// What was drafted and accepted.
  package let drafting: DraftCounts?
  /// Plain decoding seconds over speculative decoding seconds for the same bytes, both prefills
  /// out; nil when the outputs differ.
  package let speedup: Double?
  /// The same with both prefills in.
  package let speedupWithPrefill: Double?
  /// What another rule of acceptance than `exact` did; nil under that.
  package let rule: RuleReport?
  /// True when both wrote the same bytes in every sample, false when a compared sample differs,
  /// else nil: compared, never assumed.
  package let identical: Bool?
  /// The generation whose output was written: speculative if there is one.
  package let timing: TimingReport
  /// Bytes written.
  package let outputBytes: Int

  /// The sum over samples.
  package init(_ samples: [SampleMeasurement]) {
    let speculative = samples.compactMap(\.speculative)
    let plain = samples.compactMap(\.plain)
    let hasDrafter = !speculative.isEmpty
    let hasPlain = !plain.isEmpty && plain.count == samples.count
    let isCompared = hasDrafter && hasPlain && speculative.count == samples.count
    let isDifferent = samples.contains { $0.firstDifference != nil }
    let isIdentical = isCompared && !isDifferent
    let rule = RuleReport(samples)
    self.rule = rule
    self.speculative = hasDrafter ? GenerationReport(speculative) : nil
    self.plain = hasPlain ? GenerationReport(plain) : nil
    drafting = hasDrafter ? DraftCounts(speculative.map(\.summary.telemetry)) : nil
    identical = rule != nil ? nil : isDifferent ? false : isCompared ? true : nil
    let fast = TimingReport(speculative.map(\.summary.timing))
    let slow = TimingReport(plain.map(\.summary.timing))
    let bytes = (speculative, plain)
    func speedup(_ time: (TimingReport) -> Double) -> Double? {
      if rule != nil { return isCompared ? Self.rateRatio(bytes, (time(fast), time(slow))) : nil }
      return isIdentical ? Self.ratio(time(slow), time(fast)) : nil
    }
    self.speedup = speedup(\.decoding)
    speedupWithPrefill = speedup(\.total)
    timing = hasDrafter ? fast : slow
    outputBytes = samples.reduce(0) { $0 + $1.output.count }
  }

  /// Bytes a second over bytes a second.
  private static func rateRatio(
    _ results: (speculative: [DecodingResult], plain: [DecodingResult]),
    _ seconds: (speculative: Double, plain: Double)
  ) -> Double? {
    let written = results.speculative.reduce(0) { $0 + $1.output.count }
    let plain = results.plain.reduce(0) { $0 + $1.output.count }
    return ratio(seconds.plain * Double(written), seconds.speculative * Double(plain))
  }

  private static func ratio(_ plain: Double, _ speculative: Double) -> Double? {
    plain > 0 && speculative > 0 ? plain / speculative : nil
  }
}

extension MeasurementReport: ReportObject {
  /// Writes every key, with null where a value does not apply.
  package var fields: [Field] {
    [
      ("speculative", speculative),
      ("plain", plain),
      ("speedup", speedup),
      ("speedup_with_prefill", speedupWithPrefill),
      ("identical", identical),
      ("acceptance_rule", rule),
    ] + DraftCounts.fields(drafting) + [
      ("output_bytes", outputBytes),
      ("timing", timing),
    ]
  }
}

extension MeasurementReport {
  /// The figures of a generation in one line, with a newline.
  package var line: String {
    let generation = speculative ?? plain
    var parts = [NumberText.count(outputBytes, "byte")]
    if let generation, generation.bytesPerSecond > 0 {
      parts.append("\(NumberText.fixed(generation.bytesPerSecond, digits: 0)) bytes/s")
    }
    if let drafting, let length = drafting.meanAcceptanceLength {
      parts.append("\(NumberText.fixed(length, digits: 1)) bytes a round")
      parts.append("\(NumberText.percent(drafting.acceptanceRate)) of drafted bytes accepted")
    }
    if let rule, rule.rule.isLossy { parts.append(rule.heading) }
    return "[" + parts.joined(separator: " · ") + "]\n"
  }
}

/// How fast one way of decoding was, over one or several generations.
package struct GenerationReport: Sendable, Equatable, Codable {
  /// Bytes generated.
  package let outputBytes: Int
  /// Generated bytes over decoding seconds, prefill out; 0 when nothing was generated.
  package let bytesPerSecond: Double
  /// Where the time went.
  package let timing: TimingReport

  /// The sum over generations.
  package init(_ results: [DecodingResult]) {
    outputBytes = results.reduce(0) { $0 + $1.output.count }
    timing = TimingReport(results.map(\.summary.timing))
    bytesPerSecond = timing.decoding > 0 ? Double(outputBytes) / timing.decoding : 0
  }

  private enum CodingKeys: String, CodingKey {
    case outputBytes = "output_bytes"
    case bytesPerSecond = "bytes_per_second"
    case timing
  }
}
