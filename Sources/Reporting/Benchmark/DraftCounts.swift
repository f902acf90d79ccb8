package import SpeculativeDecoding

/// What was drafted and accepted, over the rounds of one or several generations. Every report's rates
/// are computed from these counts.
package struct DraftCounts: Sendable, Equatable {
  /// Passes of the verifier after the prompt; one a round.
  package private(set) var rounds = 0
  /// Tokens drafted.
  package private(set) var draftedTokens = 0
  /// Bytes drafted and handed to the verifier.
  package private(set) var draftedBytes = 0
  /// Drafted bytes that were compared: up to and including the first of a round that was rejected.
  package private(set) var testedBytes = 0
  /// Drafted bytes that were accepted.
  package private(set) var acceptedBytes = 0
  /// Bytes emitted by rounds.
  package private(set) var emittedBytes = 0

  /// Nothing yet.
  package init() {}

  /// The sum over generations.
  package init(_ telemetry: [DecodingTelemetry]) {
    for one in telemetry {
      rounds += one.rounds
      draftedTokens += one.draftedTokens
      draftedBytes += one.draftedBytes
      testedBytes += one.testedBytes
      acceptedBytes += one.acceptedBytes
      emittedBytes += one.emittedBytes
    }
  }

  /// Adds a round.
  mutating func add(tokens: Int, drafted: Int, accepted: Int, emitted: Int) {
    rounds += 1
    draftedTokens += tokens
    draftedBytes += drafted
    testedBytes += min(accepted + 1, drafted)
    acceptedBytes += accepted
    emittedBytes += emitted
  }

  /// Accepted over drafted bytes, what is called the acceptance rate elsewhere, too; nil when none
  /// was drafted.
  package var acceptanceRate: Double? { Self.ratio(acceptedBytes, draftedBytes) }

  /// Accepted over tested bytes: how often a byte was accepted when all before it were; nil when
  /// none was tested.
  package var testedAcceptanceRate: Double? { Self.ratio(acceptedBytes, testedBytes) }

  /// Bytes emitted a verifier pass; nil without a pass.
  package var meanAcceptanceLength: Double? { Self.ratio(emittedBytes, rounds) }

  /// Tokens drafted a round; nil without a round.
  package var draftTokensPerRound: Double? { Self.ratio(draftedTokens, rounds) }

  /// The keys of a report that tell of drafting; null without a drafter.
  static func fields(_ counts: DraftCounts?) -> [ReportObject.Field] {
    [
      ("acceptance_rate", counts?.acceptanceRate),
      ("tested_acceptance_rate", counts?.testedAcceptanceRate),
      ("mean_acceptance_length", counts?.meanAcceptanceLength),
      ("draft_tokens_per_round", counts?.draftTokensPerRound), ("rounds", counts?.rounds),
      ("drafted_tokens", counts?.draftedTokens), ("drafted_bytes", counts?.draftedBytes),
      ("tested_bytes", counts?.testedBytes), ("accepted_bytes", counts?.acceptedBytes),
    ]
  }

  /// Both acceptance rates in words; nil when nothing was drafted.
  var acceptanceText: String? {
    guard draftedBytes > 0 else { return nil }
    return "\(NumberText.percent(acceptanceRate, digits: 1)) of drafted bytes · "
      + "\(NumberText.percent(testedAcceptanceRate, digits: 1)) of tested ones"
  }

  /// How far rounds came, in words.
  func roundsText(digits: Int) -> String {
    func number(_ value: Double?) -> String {
      value.map { NumberText.fixed($0, digits: digits) } ?? "-"
    }
    return "\(rounds) · \(number(meanAcceptanceLength)) bytes a round · "
      + "\(number(draftTokensPerRound)) draft tokens a round"
  }

  private static func ratio(_ count: Int, _ whole: Int) -> Double? {
    whole > 0 ? Double(count) / Double(whole) : nil
  }
}
