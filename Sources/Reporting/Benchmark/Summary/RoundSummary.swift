/// What the rounds of some speculative samples did.
package struct RoundSummary: Sendable, Equatable, ReportObject {
  /// Passes of the verifier after the prompt.
  package private(set) var rounds = 0
  /// Tokens drafted.
  package private(set) var draftedTokens = 0
  /// Bytes drafted and handed to the verifier.
  package private(set) var draftedBytes = 0
  /// Drafted bytes that were compared: up to and including the first of a round that was rejected.
  package private(set) var testedBytes = 0
  /// Drafted bytes that were accepted.
  package private(set) var acceptedBytes = 0
  /// Bytes emitted.
  package private(set) var emittedBytes = 0
  /// Entry n is the number of rounds that emitted n bytes.
  package private(set) var bytesHistogram: [Int] = []
  /// Entry n is about the byte n of a round's draft, from 0.
  package private(set) var positions: [Position] = []

  /// What became of the drafted bytes at one place of their rounds.
  package struct Position: Sendable, Equatable, Encodable {
    /// Rounds that drafted so far.
    package internal(set) var drafted = 0
    /// Those in which all bytes before were accepted, so that this one was compared.
    package internal(set) var tested = 0
    /// Those in which it was accepted.
    package internal(set) var accepted = 0

    /// Of fewer rounds a share says little.
    package static let leastRounds = 30

    /// Accepted over drafted; nil when none was drafted.
    package var share: Double? { drafted > 0 ? Double(accepted) / Double(drafted) : nil }
    /// Whether too few rounds drafted so far to trust the share.
    package var isUncertain: Bool { drafted < Self.leastRounds }
  }

  /// Accepted over drafted bytes, what is called the acceptance rate elsewhere, too; nil when none
  /// was drafted.
  package var acceptanceRate: Double? {
    draftedBytes > 0 ? Double(acceptedBytes) / Double(draftedBytes) : nil
  }

  /// Accepted over tested bytes: how often a byte was accepted when all before it were; nil when
  /// none was tested.
  package var testedAcceptanceRate: Double? {
    testedBytes > 0 ? Double(acceptedBytes) / Double(testedBytes) : nil
  }

  /// Bytes emitted a round; nil without a round.
  package var meanAcceptanceLength: Double? {
    rounds > 0 ? Double(emittedBytes) / Double(rounds) : nil
  }

  /// Tokens drafted a round; nil without a round.
  package var draftTokensPerRound: Double? {
    rounds > 0 ? Double(draftedTokens) / Double(rounds) : nil
  }

  /// The longest draft that positions and histogram tell apart; a window has at most 33 bytes.
  private static let longest = 1024

  /// Adds up samples.
  package init(_ samples: [BenchmarkSample]) {
    for sample in samples {
      for round in 0..<sample.rounds.count { add(round, of: sample.rounds) }
    }
  }

  private mutating func add(_ round: Int, of lists: BenchmarkRounds) {
    let accepted = lists.accepted?[round] ?? 0
    let drafted = lists.drafted?[round] ?? accepted
    rounds += 1
    draftedTokens += lists.tokens?[round] ?? 0
    draftedBytes += drafted
    testedBytes += min(accepted + 1, drafted)
    acceptedBytes += accepted
    emittedBytes += lists.byteCount(of: round)
    let bytes = min(lists.byteCount(of: round), Self.longest)
    while bytesHistogram.count <= bytes { bytesHistogram.append(0) }
    bytesHistogram[bytes] += 1
    while positions.count < min(drafted, Self.longest) { positions.append(Position()) }
    for place in 0..<min(drafted, Self.longest) {
      positions[place].drafted += 1
      if place <= accepted { positions[place].tested += 1 }
      if place < accepted { positions[place].accepted += 1 }
    }
  }

  /// Writes counts and rates.
  package var fields: [Field] {
    [
      ("rounds", rounds),
      ("drafted_tokens", draftedTokens),
      ("drafted_bytes", draftedBytes),
      ("tested_bytes", testedBytes),
      ("accepted_bytes", acceptedBytes),
      ("emitted_bytes", emittedBytes),
      ("acceptance_rate", acceptanceRate),
      ("tested_acceptance_rate", testedAcceptanceRate),
      ("mean_acceptance_length", meanAcceptanceLength),
      ("draft_tokens_per_round", draftTokensPerRound),
      ("bytes_histogram", bytesHistogram),
      ("positions", positions),
    ]
  }
}
