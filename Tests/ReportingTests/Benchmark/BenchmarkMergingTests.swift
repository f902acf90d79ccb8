import Foundation
import Reporting
import Testing

struct BenchmarkMergingTests {
  private static func shards(_ count: Int) -> [BenchmarkFile] {
    (1...count).compactMap { Shard(index: $0, of: count) }.map {
      MadeUpBenchmark(prompts: 11).file(shard: $0)
    }
  }

  @Test(arguments: [1, 2, 3, 11])
  func `merged shards give the statistics of one run with the same samples, to the bit`(
    count: Int
  ) throws {
    let whole = BenchmarkSummary(MadeUpBenchmark(prompts: 11).file, resamples: 200)
    let merged = BenchmarkSummary(
      try BenchmarkFile(merging: Self.shards(count).reversed()), resamples: 200)
    #expect(merged.prompts == 11)
    #expect(merged.shards == count)
    #expect(merged.isComplete)
    let isSame = merged.configurations == whole.configurations
    #expect(isSame)
  }

  @Test func `every prompt belongs to one shard`() throws {
    let shards = (1...3).compactMap { Shard(index: $0, of: 3) }
    for place in 0..<20 {
      #expect(shards.count { $0.contains(place) } == 1)
    }
  }

  @Test(arguments: ["0/3", "4/3", "1/0", "-1/3", "1", "1/2/3", "", "a/b", "1/99999999999999999999"])
  func `there is no such shard`(text: String) {
    #expect(Shard(text) == nil)
  }

  @Test func `the same shard twice is refused`() throws {
    let shards = Self.shards(2)
    #expect(throws: BenchmarkFileError.self) {
      try BenchmarkFile(merging: [shards[0], shards[0]])
    }
  }

  @Test func `shards of different benchmarks are refused by what differs`() throws {
    let first = Self.shards(2)[0]
    func message(_ change: (inout BenchmarkFile) -> Void) throws -> String {
      var other = Self.shards(2)[1]
      change(&other)
      do {
        _ = try BenchmarkFile(merging: [first, other])
        return ""
      } catch {
        return error.description
      }
    }
    #expect(try message { $0.runs[0].verifier.fingerprint = "ff" }.contains("fingerprint"))
    #expect(try message { $0.runs[0].options.seed = 8 }.contains("options"))
    #expect(try message { $0.configurations[1].name = "2 tokens" }.contains("configurations"))
    #expect(try message { $0.runs[0].shard = Shard(index: 2, of: 3) }.contains("shards"))
    #expect(try message { $0.runs[0].machine.processor = "q" } == "")
    #expect(try message { $0.runs[0].options.timeBudget = 1 } == "")
  }
}
