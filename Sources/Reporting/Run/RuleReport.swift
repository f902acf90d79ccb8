package import SpeculativeDecoding

/// What another rule of acceptance than `exact` did, over one or several generations.
package struct RuleReport: Sendable, Equatable {
  /// The rule.
  package let rule: Acceptance
  /// The share of bytes that are not those of plain decoding with the same seed; nil without a
  /// complete baseline. One difference changes all that follows it.
  package let differingShare: Double?
  /// Mean of -log2 p of the bytes that were written; nil unless the rule is lossy and was scored.
  package let bitsPerByte: Double?
  /// The same of the bytes of plain decoding.
  package let exactBitsPerByte: Double?
  /// What the rules count besides.
  package let counts: AcceptanceCounts
  /// Drafted bytes that were tested.
  package let testedBytes: Int

  /// The sum over samples; nil when the rule is `exact` or nothing was drafted.
  package init?(_ samples: [SampleMeasurement]) {
    let drafted = samples.filter { $0.speculative != nil }
    guard let rule = drafted.first?.acceptance, rule != .exact else { return nil }
    self.rule = rule
    let isCompared = samples.allSatisfy { $0.plain != nil }
    differingShare = isCompared ? Self.differingShare(drafted) : nil
    let scores = drafted.compactMap(\.score)
    let isScored = scores.count == samples.count
    let bytes = Double(drafted.reduce(0) { $0 + $1.output.count })
    func mean(_ bits: (SampleMeasurement.Score) -> Double) -> Double? {
      guard isScored, bytes > 0 else { return nil }
      return zip(drafted, scores).reduce(0) { $0 + bits($1.1) * Double($1.0.output.count) } / bytes
    }
    bitsPerByte = mean(\.bitsPerByte)
    exactBitsPerByte = mean(\.exactBitsPerByte)
    let telemetry = drafted.compactMap(\.speculative?.summary.telemetry)
    counts = AcceptanceCounts(telemetry.map(\.acceptance))
    testedBytes = telemetry.reduce(0) { $0 + $1.testedBytes }
  }

  /// What the rule costs: bits a byte more than exact output has.
  package var lostBitsPerByte: Double? {
    guard let bitsPerByte, let exactBitsPerByte else { return nil }
    return bitsPerByte - exactBitsPerByte
  }

  /// Under rejection sampling: how often a tested byte was expected to be accepted, which is the mean sum
  /// of min(p, q).
  package var expectedAcceptanceRate: Double? {
    rule == .rejection && testedBytes > 0 ? counts.overlap / Double(testedBytes) : nil
  }

  private static func differingShare(_ samples: [SampleMeasurement]) -> Double? {
    var differing = 0
    var whole = 0
    for sample in samples {
      guard let speculative = sample.speculative?.output, let plain = sample.plain?.output else {
        return nil
      }
      let longer = max(speculative.count, plain.count)
      let same = zip(speculative, plain).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
      differing += longer - same
      whole += longer
    }
    return whole > 0 ? Double(differing) / Double(whole) : nil
  }
}

extension RuleReport: ReportObject {
  /// Writes every key, with null where a value does not apply.
  package var fields: [Field] {
    [
      ("name", rule.name),
      ("beta", rule.beta),
      ("resync", rule.resync?.rawValue),
      ("promise", OutputPromise(rule)),
      ("differing_share", differingShare),
      ("bits_per_byte", bitsPerByte),
      ("exact_bits_per_byte", exactBitsPerByte),
      ("lost_bits_per_byte", lostBitsPerByte),
      ("tolerated_bytes", rule.isLossy ? counts.toleratedBytes : nil),
      ("resync_bytes", rule.isLossy ? counts.resyncBytes : nil),
      ("expected_acceptance_rate", expectedAcceptanceRate),
    ]
  }
}

extension RuleReport {
  /// The rule and what it did, for a terminal: a line that always says whether it is lossy.
  package var text: String {
    var parts = [heading]
    if let differingShare {
      parts.append(
        "\(NumberText.percent(differingShare, digits: 1)) of bytes are not plain decoding's")
    }
    if let lostBitsPerByte, let bitsPerByte, let exactBitsPerByte {
      func bits(_ value: Double) -> String { NumberText.fixed(value, digits: 3) }
      parts.append(
        "\(bits(lostBitsPerByte)) bits a byte lost (\(bits(bitsPerByte)), exact "
          + "\(bits(exactBitsPerByte)))")
    }
    if rule.isLossy, counts.toleratedBytes > 0 {
      parts.append("\(counts.toleratedBytes) bytes tolerated")
    }
    return parts.joined(separator: " · ")
  }

  /// The rule in a few words.
  package var heading: String {
    guard rule.isLossy else { return "same distribution: \(rule.name)" }
    let beta = rule.beta.map { " \($0)" } ?? ""
    let resync = rule.resync == .boundary ? ", resync boundary" : ""
    return "LOSSY: \(rule.name)\(beta)\(resync)"
  }
}
