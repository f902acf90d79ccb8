package import SpeculativeDecoding

/// What a report says of drafting.
extension DecodingTelemetry {
  /// The keys of a report; null without a drafter.
  static func fields(_ telemetry: DecodingTelemetry?) -> [ReportObject.Field] {
    [
      ("acceptance_rate", telemetry?.acceptanceRate),
      ("tested_acceptance_rate", telemetry?.testedAcceptanceRate),
      ("mean_acceptance_length", telemetry?.meanAcceptanceLength),
      ("draft_tokens_per_round", telemetry?.draftTokensPerRound), ("rounds", telemetry?.rounds),
      ("drafted_tokens", telemetry?.draftedTokens), ("drafted_bytes", telemetry?.draftedBytes),
      ("cut_bytes", telemetry?.cutBytes), ("tested_bytes", telemetry?.testedBytes),
      ("accepted_bytes", telemetry?.acceptedBytes),
    ]
  }

  /// Both acceptance rates in words; nil when nothing was drafted.
  var acceptanceText: String? {
    guard draftedBytes > 0 else { return nil }
    return "\(NumberText.percent(acceptanceRate, digits: 1)) of drafted bytes · "
      + "\(NumberText.percent(testedAcceptanceRate, digits: 1)) of tested ones"
      + (cutBytes > 0 ? " · \(cutBytes) more were cut before the verifier" : "")
  }

  /// How far rounds came, in words.
  func roundsText(digits: Int) -> String {
    "\(rounds) · \(NumberText.fixed(meanAcceptanceLength, digits: digits)) bytes a round · "
      + "\(NumberText.fixed(draftTokensPerRound, digits: digits)) draft tokens a round"
  }
}

extension DecodingTelemetry.DraftPosition {
  /// Of fewer rounds a share says little.
  package static let leastRounds = 30

  /// Accepted over drafted; nil when none was drafted.
  package var share: Double? { drafted > 0 ? Double(accepted) / Double(drafted) : nil }
  /// Whether too few rounds drafted so far to trust the share.
  package var isUncertain: Bool { drafted < Self.leastRounds }
}
