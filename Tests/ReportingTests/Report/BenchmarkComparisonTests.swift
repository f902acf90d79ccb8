import Foundation
import Reporting
import SpeculativeDecoding
import Testing

struct BenchmarkComparisonTests {
  private static func run(_ name: String, seed: UInt64, speedup: Double) -> ReportedRun {
    ReportedRun(
      name: name, file: ReportDocumentTests.file(seed: seed, speedup: speedup), resamples: 200)
  }

  private static func change(from first: Double, to second: Double) throws -> ConfigurationChange {
    let comparison = BenchmarkComparison(
      run("a", seed: 1, speedup: first), run("b", seed: 2, speedup: second))
    return try #require(comparison.changes.first { $0.name == "auto" })
  }

  @Test func `the same configuration measured twice differs by noise`() throws {
    let change = try Self.change(from: 2, to: 2)
    #expect(change.verdict == .undecided)
    #expect(change.speedup?.interval?.contains(1) == true)
    #expect(change.prompts == 8)
  }

  @Test(arguments: [(2.0, 3.0, ConfigurationChange.Verdict.faster), (3, 2, .slower)])
  func `a change beyond the noise is called one`(
    first: Double, second: Double, verdict: ConfigurationChange.Verdict
  ) throws {
    let change = try Self.change(from: first, to: second)
    #expect(change.verdict == verdict)
    #expect(change.speedup?.interval?.contains(second / first) == true)
  }

  @Test func `a run compared with itself has not changed at all`() throws {
    let run = Self.run("a", seed: 1, speedup: 2)
    for change in BenchmarkComparison(run, run).changes {
      #expect(change.speed?.ratio == 1)
      #expect(change.verdict == .undecided)
    }
  }

  @Test func `prompts are matched by their bytes, configurations by what they do`() throws {
    let first = ReportDocumentTests.file()
    var second = first
    second.configurations[1].name = "renamed"
    for place in second.prompts.indices where place >= 5 {
      second.prompts[place].bytes = Data([200, UInt8(place)])
    }
    let comparison = BenchmarkComparison(
      ReportedRun(name: "a", file: first, resamples: 200),
      ReportedRun(name: "b", file: second, resamples: 200))
    #expect(comparison.changes.map(\.name) == ["plain", "auto"])
    #expect(comparison.changes.map(\.prompts) == [5, 5])
    // Nothing is told of the prompts that one of them has alone.
    #expect(comparison.changes[1].speedups.map { $0?.prompts.count } == [5, 5])
    second.configurations[1].draftTokens = .tokens(3)
    let other = BenchmarkComparison(
      ReportedRun(name: "a", file: first, resamples: 200),
      ReportedRun(name: "b", file: second, resamples: 200))
    #expect(other.changes.map(\.name) == ["plain"])
    #expect(other.unmatched == ["a: auto", "b: renamed"])
  }

  @Test func `what else differs is listed`() {
    let first = ReportDocumentTests.file()
    var second = first
    second.runs[0].commit = "abc"
    second.runs[0].threads = 7
    let comparison = BenchmarkComparison(
      ReportedRun(name: "a", file: first, resamples: 200),
      ReportedRun(name: "b", file: second, resamples: 200))
    #expect(comparison.differences == ["commit: unknown → abc", "threads: 2 → 7"])
    let markdown = ReportDocument(comparison).markdown
    #expect(markdown.contains("threads: 2 → 7"))
    #expect(markdown.contains("undecided"))
    #expect(markdown.contains("the speedup changed by +0.0 %; it could be +0 % to +0 %."))
  }

  @Test func `a single prompt in common is too few to tell`() {
    let first = ReportDocumentTests.file()
    var second = first
    for place in second.prompts.indices where place >= 1 {
      second.prompts[place].bytes = Data([200, UInt8(place)])
    }
    let comparison = BenchmarkComparison(
      ReportedRun(name: "a", file: first, resamples: 200),
      ReportedRun(name: "b", file: second, resamples: 200))
    #expect(comparison.changes.map(\.verdict) == [.unknown, .unknown])
  }
}
