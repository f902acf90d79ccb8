package import SpeculativeDecoding

/// What was drafted and accepted, over one or several speculative generations.
package struct DraftingReport: Sendable, Equatable {
  /// Passes of the verifier after the prompt; one a round.
  package let rounds: Int
  /// Tokens drafted.
  package let draftedTokens: Int
  /// Bytes drafted and handed to the verifier.
  package let draftedBytes: Int
  /// Drafted bytes that were compared: up to and including the first of a round that was rejected.
  package let testedBytes: Int
  /// Drafted bytes that were accepted.
  package let acceptedBytes: Int
  /// Bytes emitted by rounds.
  package let emittedBytes: Int

  /// The sum over generations.
  package init(_ telemetry: [DecodingTelemetry]) {
    func sum(_ count: KeyPath<DecodingTelemetry, Int>) -> Int {
      telemetry.reduce(0) { $0 + $1[keyPath: count] }
    }
    rounds = sum(\.rounds)
    draftedTokens = sum(\.draftedTokens)
    draftedBytes = sum(\.draftedBytes)
    testedBytes = sum(\.testedBytes)
    acceptedBytes = sum(\.acceptedBytes)
    emittedBytes = sum(\.emittedBytes)
  }

  /// Accepted over drafted bytes, what is called the acceptance rate elsewhere, too; nil when none
  /// was drafted.
  package var acceptanceRate: Double? { ratio(acceptedBytes, draftedBytes) }

  /// Accepted over tested bytes: how often a byte was accepted when all before it were; nil when
  /// none was tested.
  package var testedAcceptanceRate: Double? { ratio(acceptedBytes, testedBytes) }

  /// Bytes emitted a verifier pass; nil without a pass.
  package var meanAcceptanceLength: Double? { ratio(emittedBytes, rounds) }

  /// Tokens drafted a round; nil without a round.
  package var draftTokensPerRound: Double? { ratio(draftedTokens, rounds) }

  private func ratio(_ count: Int, _ whole: Int) -> Double? {
    whole > 0 ? Double(count) / Double(whole) : nil
  }
}
