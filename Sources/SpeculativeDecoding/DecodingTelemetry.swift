/// Counts of what a generation drafted, tested and accepted. Rates are computed from the counts.
public struct DecodingTelemetry: Sendable, Equatable, Codable {
  /// Passes of the verifier after the prompt; one a round.
  public private(set) var rounds = 0

  /// Tokens drafted.
  public private(set) var draftedTokens = 0

  /// Bytes drafted and handed to the verifier.
  public private(set) var draftedBytes = 0

  /// Drafted bytes that were compared: up to and including the first of a round that failed.
  public private(set) var testedBytes = 0

  /// Drafted bytes that stood.
  public private(set) var acceptedBytes = 0

  /// Bytes emitted: the accepted ones and one of the verifier's own a round.
  public private(set) var emittedBytes = 0

  /// Entry n is the number of rounds that accepted n bytes.
  public private(set) var acceptedHistogram: [Int] = []

  /// What the rule of acceptance counts besides.
  public package(set) var acceptance = AcceptanceCounts()

  /// Accepted over tested drafted bytes; nil when nothing was tested.
  public var acceptanceRate: Double? {
    testedBytes > 0 ? Double(acceptedBytes) / Double(testedBytes) : nil
  }

  /// Bytes emitted a verifier pass; nil without a pass.
  public var bytesPerRound: Double? {
    rounds > 0 ? Double(emittedBytes) / Double(rounds) : nil
  }

  /// Tokens drafted a round; nil without a round.
  public var draftTokensPerRound: Double? {
    rounds > 0 ? Double(draftedTokens) / Double(rounds) : nil
  }

  package init() {}

  package mutating func recordRound(
    draftedTokens: Int, draftedBytes: Int, acceptedBytes: Int
  ) {
    rounds += 1
    self.draftedTokens += draftedTokens
    self.draftedBytes += draftedBytes
    testedBytes += min(acceptedBytes + 1, draftedBytes)
    self.acceptedBytes += acceptedBytes
    emittedBytes += acceptedBytes + 1
    while acceptedHistogram.count <= acceptedBytes { acceptedHistogram.append(0) }
    acceptedHistogram[acceptedBytes] += 1
  }
}
