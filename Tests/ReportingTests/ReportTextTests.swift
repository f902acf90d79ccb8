import Reporting
import SpeculativeDecoding
import Testing

struct ReportTextTests {
  private static func text(
    drafter: Bool = true, baseline: Bool = true, isInterrupted: Bool = false, maxBytes: Int = 60
  ) throws -> String {
    let decoder = recitingDecoder("over the hills ", maxBytes: maxBytes)
    let plain = try decoder.decode([1], drafting: .never)
    let sample = SampleMeasurement(
      seed: 0, speculative: drafter ? try decoder.decode([1]) : nil,
      plain: baseline || !drafter ? plain : nil)
    let configuration = RunConfiguration(
      drafter: drafter ? "d" : nil, verifier: "v", options: decoder.options, samples: 1,
      threads: 1, hasBaseline: baseline, instructionSet: "scalar")
    return RunReport(
      version: "1", configuration: configuration, promptBytes: 1, loadSeconds: 0,
      isInterrupted: isInterrupted, samples: [sample]
    ).text
  }

  private static func labels(_ text: String) -> [String] {
    // Fakes are so fast that the noise of the clock says whether drafting paid.
    text.split(separator: "\n").prefix { !$0.hasPrefix("Drafting did not pay") }
      .map { String($0.prefix { $0 != " " }) }
  }

  @Test func `a complete report has a line for each thing`() throws {
    let text = try Self.text()
    let expected = [
      "speculative", "plain", "speedup", "rounds", "acceptance", "time", "prefill", "device",
    ]
    #expect(Self.labels(text) == expected)
    #expect(text.contains("identical: yes"))
    #expect(text.contains("bytes a round"))
    #expect(text.contains("% of drafted bytes · "))
    #expect(text.hasSuffix("\n"))
  }

  @Test func `no line is wider than a hundred columns`() throws {
    let widths = try Self.text().split(separator: "\n").map(\.count)
    #expect(widths.allSatisfy { $0 <= 110 })
  }

  @Test func `without a baseline nothing is said of a speedup`() throws {
    #expect(
      try Self.labels(Self.text(baseline: false))
        == ["speculative", "rounds", "acceptance", "time", "prefill", "device"])
  }

  @Test func `without a drafter nothing is said of drafting`() throws {
    let text = try Self.text(drafter: false)
    #expect(Self.labels(text) == ["plain", "time", "prefill", "device"])
    #expect(!text.contains("draft"))
  }

  @Test func `an interrupted run says how far it came`() throws {
    #expect(
      try Self.text(baseline: false, isInterrupted: true).hasSuffix("Interrupted after 60 bytes.\n")
    )
    #expect(
      try Self.text(baseline: false, isInterrupted: true, maxBytes: 0)
        == "Interrupted before the first byte; the prompt has 1 byte.\n")
  }
}
