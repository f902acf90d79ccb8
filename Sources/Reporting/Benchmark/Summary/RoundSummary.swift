package import SpeculativeDecoding

/// What the rounds of some speculative samples did.
package struct RoundSummary: Sendable, Equatable, ReportObject {
  /// What was drafted and accepted.
  package private(set) var counts = DecodingTelemetry()
  /// Entry n is the number of rounds that emitted n bytes.
  package private(set) var bytesHistogram: [Int] = []

  /// Adds up samples.
  package init(_ samples: [BenchmarkSample]) {
    for sample in samples {
      for round in 0..<sample.rounds.count { add(round, of: sample) }
    }
  }

  private mutating func add(_ round: Int, of sample: BenchmarkSample) {
    let lists = sample.rounds
    let accepted = lists.accepted?[round] ?? 0
    let bytes = lists.byteCount(of: round)
    counts.recordRound(
      draftedTokens: lists.tokens?[round] ?? 0, draftedBytes: lists.drafted?[round] ?? accepted,
      cutBytes: round == 0 ? sample.cutBytes ?? 0 : 0, acceptedBytes: accepted, decidedBytes: bytes)
    while bytesHistogram.count <= bytes { bytesHistogram.append(0) }
    bytesHistogram[bytes] += 1
  }

  /// Counts and rates.
  package var fields: [Field] {
    DecodingTelemetry.fields(counts) + [
      ("emitted_bytes", counts.emittedBytes), ("bytes_histogram", bytesHistogram),
      ("positions", counts.positions),
    ]
  }
}
