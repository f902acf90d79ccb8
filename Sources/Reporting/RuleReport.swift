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

extension RuleReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, beta, resync, promise
    case differingShare = "differing_share"
    case bitsPerByte = "bits_per_byte"
    case exactBitsPerByte = "exact_bits_per_byte"
    case lostBitsPerByte = "lost_bits_per_byte"
    case toleratedBytes = "tolerated_bytes"
    case resyncBytes = "resync_bytes"
    case expectedAcceptanceRate = "expected_acceptance_rate"
  }

  /// Writes every key, with null where a value does not apply.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rule.name, forKey: .name)
    try container.encode(rule.beta, forKey: .beta)
    try container.encode(rule.resync?.rawValue, forKey: .resync)
    try container.encode(OutputPromise(rule), forKey: .promise)
    try container.encode(differingShare, forKey: .differingShare)
    try container.encode(bitsPerByte, forKey: .bitsPerByte)
    try container.encode(exactBitsPerByte, forKey: .exactBitsPerByte)
    try container.encode(lostBitsPerByte, forKey: .lostBitsPerByte)
    try container.encode(rule.isLossy ? counts.toleratedBytes : nil, forKey: .toleratedBytes)
    try container.encode(rule.isLossy ? counts.resyncBytes : nil, forKey: .resyncBytes)
    try container.encode(expectedAcceptanceRate, forKey: .expectedAcceptanceRate)
  }
}
