import Foundation
import Reporting
import SpeculativeDecoding
import Testing

struct BenchmarkSummaryTests {
  @Test func `without noise the speedup is the known one and its interval a point`() throws {
    let summary = BenchmarkSummary(MadeUpBenchmark(noise: 0).file, resamples: 100)
    let speedup = try #require(summary.configurations[1].overall.speedup)
    // 12 s a prompt against 6 s and 0.125 s of drafting.
    #expect(abs(speedup.ratio - 12 / 6.125) < 1e-12)
    #expect(abs(speedup.geometricMean - 12 / 6.125) < 1e-12)
    let interval = try #require(speedup.interval)
    #expect(interval.halfWidth < 1e-12)
    #expect(abs(speedup.withPrefill - 12.5 / 6.625) < 1e-12)
    #expect(summary.configurations[0].overall.speedup == nil)
  }

  @Test func `rounds are counted by position and by bytes`() throws {
    // Of each round: accepted 4, 5, 0 of 6, 5 and, by the prompt's index, 0, 1 or 2 drafted.
    let file = MadeUpBenchmark(prompts: 3, repetitions: 1).file
    let rounds = try #require(
      BenchmarkSummary(file, resamples: 10).configurations[1].overall.rounds)
    #expect(rounds.counts.rounds == 9)
    #expect(rounds.counts.draftedBytes == 3 * 11 + 3)
    #expect(rounds.counts.testedBytes == 3 * 10 + 2)
    #expect(rounds.counts.acceptedBytes == 27)
    #expect(rounds.counts.emittedBytes == 36)
    #expect(rounds.bytesHistogram == [0, 3, 0, 0, 0, 3, 3])
    #expect(rounds.counts.positions.map(\.drafted) == [8, 7, 6, 6, 6, 3])
    #expect(rounds.counts.positions.map(\.tested) == [8, 6, 6, 6, 6, 0])
    #expect(rounds.counts.positions.map(\.accepted) == [6, 6, 6, 6, 3, 0])
  }

  @Test func `a disturbed repetition does not move a prompt's time`() throws {
    var file = MadeUpBenchmark(noise: 0).file
    var timing = file.samples[1].timing
    timing = TimingReport(adding: [timing, timing, timing, timing, timing])
    file.samples[1].timing = timing
    let speedup = BenchmarkSummary(file, resamples: 10).configurations[1].overall.speedup
    #expect(abs((speedup?.ratio ?? 0) - 12 / 6.125) < 1e-12)
  }

  @Test func `an output that differs has no speedup and breaks what the rule promises`() throws {
    var file = MadeUpBenchmark().file
    file.samples[3].identical = false
    file.samples[3].firstDifference = 5
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(summary.breaksIdentity)
    #expect(summary.configurations[1].overall.speedup == nil)
    #expect(summary.configurations[1].overall.identity?.differing == 1)
    #expect(summary.text.contains("NO: 1 of 24 outputs differ, first prompt 1"))
  }

  @Test func `where the rule promises nothing a difference is told and the speedup stands`() throws
  {
    var file = MadeUpBenchmark().file
    file.configurations[1].promisesIdentity = false
    file.configurations[1].acceptance = "top-beta:3"
    file.samples[3].identical = false
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(!summary.breaksIdentity)
    #expect(summary.configurations[1].overall.speedup != nil)
    #expect(summary.text.contains("no (lossy is promised)"))
  }

  @Test func `categories hold their prompts and nothing else`() throws {
    let categories = BenchmarkSummary(MadeUpBenchmark().file, resamples: 10)
      .configurations[1].categories
    #expect(categories.map(\.category) == ["verse", "prose"])
    #expect(categories.map(\.prompts) == [4, 4])
    #expect(categories[0].speedup?.prompts.map(\.prompt) == [0, 1, 4, 5])
  }

  @Test func `a benchmark without samples has no numbers and says so`() throws {
    var file = MadeUpBenchmark().file
    file.samples = []
    file.costs = []
    file.memoryReads = []
    file.ends = []
    let summary = BenchmarkSummary(file, resamples: 10)
    #expect(summary.configurations.allSatisfy { $0.overall.speedup == nil })
    #expect(summary.text.contains("did not end in order"))
    #expect(try !summary.json().isEmpty)
  }
}
