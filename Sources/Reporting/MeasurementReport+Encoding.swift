extension MeasurementReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case speculative, plain, speedup
    case speedupWithPrefill = "speedup_with_prefill"
    case identical
    case rule = "acceptance_rule"
    case acceptanceRate = "acceptance_rate"
    case testedAcceptanceRate = "tested_acceptance_rate"
    case meanAcceptanceLength = "mean_acceptance_length"
    case draftTokensPerRound = "draft_tokens_per_round"
    case rounds
    case draftedTokens = "drafted_tokens"
    case draftedBytes = "drafted_bytes"
    case testedBytes = "tested_bytes"
    case acceptedBytes = "accepted_bytes"
    case outputBytes = "output_bytes"
    case timing
  }

  /// Writes every key, with null where a value does not apply.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(speculative, forKey: .speculative)
    try container.encode(plain, forKey: .plain)
    try container.encode(speedup, forKey: .speedup)
    try container.encode(speedupWithPrefill, forKey: .speedupWithPrefill)
    try container.encode(identical, forKey: .identical)
    try container.encode(rule, forKey: .rule)
    try container.encode(drafting?.acceptanceRate, forKey: .acceptanceRate)
    try container.encode(drafting?.testedAcceptanceRate, forKey: .testedAcceptanceRate)
    try container.encode(drafting?.meanAcceptanceLength, forKey: .meanAcceptanceLength)
    try container.encode(drafting?.draftTokensPerRound, forKey: .draftTokensPerRound)
    try container.encode(drafting?.rounds, forKey: .rounds)
    try container.encode(drafting?.draftedTokens, forKey: .draftedTokens)
    try container.encode(drafting?.draftedBytes, forKey: .draftedBytes)
    try container.encode(drafting?.testedBytes, forKey: .testedBytes)
    try container.encode(drafting?.acceptedBytes, forKey: .acceptedBytes)
    try container.encode(outputBytes, forKey: .outputBytes)
    try container.encode(timing, forKey: .timing)
  }
}
