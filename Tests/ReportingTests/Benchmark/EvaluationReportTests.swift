import Foundation
import Reporting
import Testing

struct EvaluationReportTests {
  private static let model = ModelRecord(name: "m", path: "m", fingerprint: "0f", weightBytes: 1)

  /// Tokens 0, 1, 2 and so on, each with bits of its own, of every so-manieth the shard's.
  private static func report(_ shard: Shard?) -> EvaluationReport {
    var report = EvaluationReport(
      version: "1", model: model, vocabularySize: 256, context: nil, shard: shard,
      files: ["a", "b"])
    for token in 0..<200 where shard?.contains(token) ?? true {
      let bits = 1 / Double(token + 3)
      report.files[token % 2].count.add(bits: bits, bytes: 1 + token % 3)
      report.total.add(bits: bits, bytes: 1 + token % 3)
      report.positions.add(bits: bits, bytes: 1 + token % 3, after: token)
    }
    return report
  }

  @Test func `shards in any order add up to exactly what one run gives`() throws {
    let shards = (1...3).compactMap { Shard(index: $0, of: 3) }.map { Self.report($0) }
    var merged = shards[2]
    try merged.merge(shards[0])
    #expect(!merged.isComplete)
    try merged.merge(shards[1])
    let whole = Self.report(nil)
    #expect(merged.total == whole.total)
    #expect(merged.files == whole.files)
    #expect(merged.positions == whole.positions)
    #expect(merged.isComplete)
  }

  @Test func `a report is read as it was written`() throws {
    let report = Self.report(Shard(index: 1, of: 2))
    let again = try JSONDecoder().decode(EvaluationReport.self, from: report.json())
    #expect(again == report)
  }

  @Test func `bytes without a token that no sum can hold are no crash`() throws {
    var first = Self.report(Shard(index: 1, of: 2))
    var second = Self.report(Shard(index: 2, of: 2))
    first.uncoveredBytes = .max
    second.uncoveredBytes = 1
    try first.merge(second)
    #expect(first.uncoveredBytes == .max)
  }

  @Test func `the same part twice, or a part of something else, is refused`() throws {
    let first = Self.report(Shard(index: 1, of: 2))
    let second = Self.report(Shard(index: 2, of: 2))
    func isRefused(_ other: EvaluationReport) -> Bool {
      var report = first
      do {
        try report.merge(other)
        return false
      } catch {
        return true
      }
    }
    #expect(!isRefused(second))
    #expect(isRefused(first))
    #expect(isRefused(Self.report(nil)))
    #expect(isRefused(Self.report(Shard(index: 2, of: 3))))
    var other = second
    other.model.fingerprint = "ff"
    #expect(isRefused(other))
    other = second
    other.context = 9
    #expect(isRefused(other))
  }

  @Test func `bands of positions double`() {
    #expect((0..<6).map { PositionCounts.start(ofBand: $0) } == [0, 1, 2, 4, 8, 16])
    var counts = PositionCounts()
    for position in [0, 1, 2, 3, 4, 7, 8] { counts.add(bits: 1, bytes: 1, after: position) }
    #expect(counts.bands.map(\.bytes) == [1, 1, 2, 2, 1])
  }

  @Test(arguments: ["-1", "9223372036854775807", "1.5", "\"a\""])
  func `a count that cannot be is refused`(value: String) throws {
    let text = "{\"bytes\": \(value), \"tokens\": 1, \"bits_times_2_24\": 1}"
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(EvaluationCount.self, from: Data(text.utf8))
    }
  }
}
