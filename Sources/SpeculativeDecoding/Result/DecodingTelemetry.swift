/// Counts of what a generation drafted, tested and accepted. Rates are computed from the counts.
public struct DecodingTelemetry: Sendable, Equatable, Codable {
  /// Passes of the verifier after the prompt; one a round.
  public private(set) var rounds = 0

  /// Tokens drafted.
  public private(set) var draftedTokens = 0

  /// Bytes drafted and handed to the verifier.
  public private(set) var draftedBytes = 0

  /// Bytes drafted and cut before the verifier saw them.
  public private(set) var cutBytes = 0

  /// Drafted bytes that were compared: up to and including the first of a round that failed.
  public private(set) var testedBytes = 0

  /// Drafted bytes that were accepted.
  public private(set) var acceptedBytes = 0

  /// Bytes decided: the accepted ones and one of the verifier's own a round, except that a round
  /// ends with an accepted byte if the output does. Those of a stop text, which are decided but not
  /// written, are among them.
  public private(set) var emittedBytes = 0

  /// Entry n is the number of rounds that accepted n bytes.
  public private(set) var acceptedHistogram: [Int] = []

  /// By position in the draft, from the first drafted byte on.
  public private(set) var positions: [DraftPosition] = []

  /// What the rule of acceptance counts besides.
  public package(set) var acceptance = AcceptanceCounts()

  /// How far drafts got at one of their positions: counts of rounds.
  public struct DraftPosition: Sendable, Equatable, Codable {
    /// Rounds with a draft that has this position.
    public fileprivate(set) var drafted = 0

    /// Rounds that accepted all before it, and compared the byte here.
    public fileprivate(set) var tested = 0

    /// Rounds that accepted it.
    public fileprivate(set) var accepted = 0
  }

  /// Accepted over drafted bytes, those that were handed to the verifier; nil when there were none.
  public var acceptanceRate: Double? { Self.rate(acceptedBytes, of: draftedBytes) }

  /// Accepted over tested drafted bytes: the chance of a byte when all before it are accepted; nil
  /// when nothing was tested.
  public var testedAcceptanceRate: Double? { Self.rate(acceptedBytes, of: testedBytes) }

  /// Bytes decided a verifier pass; nil without a pass.
  public var meanAcceptanceLength: Double? { Self.rate(emittedBytes, of: rounds) }

  /// Tokens drafted a round; nil without a round.
  public var draftTokensPerRound: Double? { Self.rate(draftedTokens, of: rounds) }

  package init() {}

  package mutating func recordRound(
    draftedTokens: Int, draftedBytes: Int, cutBytes: Int = 0, acceptedBytes: Int,
    decidedBytes: Int
  ) {
    rounds += 1
    self.draftedTokens += draftedTokens
    self.draftedBytes += draftedBytes
    self.cutBytes += cutBytes
    let testedBytes = min(decidedBytes, draftedBytes)
    self.testedBytes += testedBytes
    self.acceptedBytes += acceptedBytes
    emittedBytes += decidedBytes
    Self.extend(&acceptedHistogram, to: acceptedBytes + 1, by: 0)
    acceptedHistogram[acceptedBytes] += 1
    Self.extend(&positions, to: draftedBytes, by: DraftPosition())
    for index in 0..<draftedBytes { positions[index].drafted += 1 }
    for index in 0..<testedBytes { positions[index].tested += 1 }
    for index in 0..<acceptedBytes { positions[index].accepted += 1 }
  }

  /// The counts of both.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }

  /// Adds the counts of another generation.
  public static func += (sum: inout Self, other: Self) {
    sum.rounds += other.rounds
    sum.draftedTokens += other.draftedTokens
    sum.draftedBytes += other.draftedBytes
    sum.cutBytes += other.cutBytes
    sum.testedBytes += other.testedBytes
    sum.acceptedBytes += other.acceptedBytes
    sum.emittedBytes += other.emittedBytes
    sum.acceptance += other.acceptance
    extend(&sum.acceptedHistogram, to: other.acceptedHistogram.count, by: 0)
    for (index, count) in other.acceptedHistogram.enumerated() {
      sum.acceptedHistogram[index] += count
    }
    extend(&sum.positions, to: other.positions.count, by: DraftPosition())
    for (index, position) in other.positions.enumerated() {
      sum.positions[index].drafted += position.drafted
      sum.positions[index].tested += position.tested
      sum.positions[index].accepted += position.accepted
    }
  }

  private static func extend<Entry>(_ entries: inout [Entry], to count: Int, by entry: Entry) {
    while entries.count < count { entries.append(entry) }
  }

  private static func rate(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}
