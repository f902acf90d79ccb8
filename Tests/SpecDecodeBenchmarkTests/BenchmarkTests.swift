import DecodingCore
import SpecDecodeBenchmark
import SpeculativeDecoding
import Testing

/// Drafts what followed the last three bytes when they were seen before: prompt lookup, without a
/// model. A drafter of one's own needs no more than this.
private struct LookupDrafter: DrafterModel {
  func makeSession() -> Session { Session() }

  struct Session: DrafterSession {
    var seen: [UInt8] = []
    /// Where the byte after each three bytes is.
    var places: [ArraySlice<UInt8>: Int] = [:]

    mutating func observe(_ bytes: ArraySlice<UInt8>) {
      for byte in bytes {
        seen.append(byte)
        if seen.count > 3 { places[seen[(seen.count - 4)..<(seen.count - 1)]] = seen.count - 1 }
      }
    }

    mutating func catchUp() throws(DecodingError) {}

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      let text = seen.suffix(3) + draft.bytes
      guard let place = places[text.suffix(3)], place < seen.count else { return false }
      draft.append(seen[place], probability: 0.9)
      draft.endToken()
      return true
    }
  }
}

/// Says a text again and again.
private struct RecitingVerifier: VerifierModel {
  func makeSession() -> Session { Session() }

  struct Session: VerifierSession {
    let text = Array("the sea, the sky, ".utf8)
    var place = -1
    var window = 0
    var windowLimit: Int { 16 }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {}

    mutating func verify(_ window: [UInt8]) throws(DecodingError) {
      self.window = window.count
      place += window.count
    }

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = 0 }
      logits[Int(text[(place - window + 1 + index) % text.count])] = 9
    }

    mutating func rollBack(toFirst count: Int) {
      place -= window - count
      window = count
    }
  }
}

struct BenchmarkTests {
  @Test func `a drafter of one's own gets intervals and a page`() throws {
    var benchmark = Benchmark(
      drafter: LookupDrafter(), verifier: RecitingVerifier(), drafterName: "lookup")
    benchmark.prompts = ["a", "b", "c"].map { .init($0, bytes: Array($0.utf8)) }
    benchmark.draftLengths = [.tokens(4), .automatic]
    benchmark.maxBytes = 60
    benchmark.repetitions = 3
    // Narrow intervals, or a slow machine, would end it before that.
    benchmark.targetInterval = 0
    benchmark.timeBudget = 1e12
    let report = try benchmark.run()
    #expect(report.results.map(\.name) == ["4 tokens", "auto"])
    for result in report.results {
      #expect(result.compared == 9 && result.differing == 0)
      #expect(result.interval?.contains(result.speedup ?? 0) == true)
    }
    #expect((report.results[0].acceptanceRate ?? 0) > 0.5)
    #expect((report.results[0].meanAcceptanceLength ?? 0) > 2)
    #expect(report.html.contains("lookup: "))
    #expect(report.markdown.contains("| 4 tokens |"))
    #expect(report.csv.contains("lookup,auto,"))
    #expect(report.charts["speedup"]?.hasPrefix("<?xml") == true)
    #expect(report.text.contains("of drafted"))
  }

  @Test func `a benchmark that is stopped reports what it has`() throws {
    var benchmark = Benchmark(drafter: LookupDrafter(), verifier: RecitingVerifier())
    benchmark.prompts = [.init("a", bytes: [0x61])]
    benchmark.maxBytes = 8
    let report = try benchmark.run(isStopped: { true })
    #expect(report.results.map(\.speedup) == [nil])
    #expect(report.html.contains("How it was measured"))
  }
}
