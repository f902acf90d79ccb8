/// What the rounds of some speculative samples did.
package struct RoundSummary: Sendable, Equatable, ReportObject {
  /// What was drafted and accepted.
  package private(set) var counts = DraftCounts()
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
    counts.add(
      tokens: lists.tokens?[round] ?? 0, drafted: drafted, accepted: accepted,
      emitted: lists.byteCount(of: round))
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
    DraftCounts.fields(counts) + [
      ("emitted_bytes", counts.emittedBytes), ("bytes_histogram", bytesHistogram),
      ("positions", positions),
    ]
  }
}
