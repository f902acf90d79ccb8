import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding
import Testing

/// How other rules of acceptance than `exact` are reported.
struct RuleReportTests {
  private static let paper = Acceptance.topBeta(beta: 3, resync: .boundary)

  /// Ten bytes written where plain decoding wrote others.
  private static func sample(
    _ acceptance: Acceptance, score: SampleMeasurement.Score? = nil, baseline: Bool = true
  ) throws -> SampleMeasurement {
    let plain = recitingDecoder("the sea, the sky ", maxBytes: 20)
    var decoder = recitingDecoder("the sea, the sea ", maxBytes: 20)
    decoder.options.acceptance = acceptance
    var sample = SampleMeasurement(
      seed: 0, speculative: try decoder.decode([1]),
      plain: baseline ? try plain.decode([1], drafting: .never) : nil, acceptance: acceptance)
    sample.score = score
    return sample
  }

  private static func report(_ samples: [SampleMeasurement]) -> RunReport {
    var options = DecodingOptions(maxBytes: 20)
    options.acceptance = samples[0].acceptance
    return RunReport(
      version: "1",
      configuration: RunConfiguration(
        drafter: "d", verifier: "v", options: options, samples: samples.count, threads: 1,
        hasBaseline: true, instructionSet: "scalar"),
      promptBytes: 1, loadSeconds: 0, isInterrupted: false, samples: samples)
  }

  private static func object(_ report: RunReport) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
  }

  // Among more than one byte the drafter's wrong ones would stand.
  @Test(arguments: [Acceptance.rejection, .topBeta(beta: 1)])
  func `a difference is reported, and no failure`(acceptance: Acceptance) throws {
    let report = Self.report([try Self.sample(acceptance)])
    #expect(report.total.identical == nil)
    // Bytes 14 and 15 of 20: "ea" for "ky".
    #expect(report.total.rule?.differingShare == 0.1)
    #expect((report.total.speedup ?? 0) > 0)
    let object = try Self.object(report)
    #expect(object["identical"] is NSNull)
    let rule = try #require(object["acceptance_rule"] as? [String: Any])
    #expect(rule["name"] as? String == acceptance.name)
    #expect(
      rule["promise"] as? String == (acceptance == .rejection ? "same_distribution" : "lossy"))
    #expect(rule["differing_share"] as? Double == 0.1)
    #expect(report.text.contains("10.0 % of bytes are not plain decoding's"))
    #expect(report.text.contains("identical: not promised"))
    #expect(!report.text.contains("never may"))
  }

  @Test func `what a lossy rule costs is in the report`() throws {
    let score = SampleMeasurement.Score(bitsPerByte: 1.5, exactBitsPerByte: 1.25)
    let report = Self.report([try Self.sample(Self.paper, score: score)])
    let rule = try #require(
      try Self.object(report)["acceptance_rule"] as? [String: Any])
    #expect(rule["bits_per_byte"] as? Double == 1.5)
    #expect(rule["exact_bits_per_byte"] as? Double == 1.25)
    #expect(rule["lost_bits_per_byte"] as? Double == 0.25)
    #expect(rule["beta"] as? Int == 3)
    #expect(rule["resync"] as? String == "boundary")
    #expect(report.text.contains("0.250 bits a byte lost (1.500, exact 1.250)"))
  }

  @Test func `a lossy rule is labelled with and without a baseline`() throws {
    for baseline in [true, false] {
      let report = Self.report([try Self.sample(Self.paper, baseline: baseline)])
      #expect(report.text.contains("LOSSY: top-beta 3, resync boundary"))
      #expect(report.total.line.contains("LOSSY"))
      #expect(report.text.split(separator: "\n").allSatisfy { $0.count <= 120 })
      let configuration = try #require(
        try Self.object(report)["configuration"] as? [String: Any])
      #expect(configuration["acceptance"] as? String == "top-beta")
      #expect(configuration["beta"] as? Int == 3)
    }
    let rejection = Self.report([try Self.sample(.rejection)])
    #expect(!rejection.text.contains("LOSSY"))
    #expect(rejection.text.contains("same distribution: rejection"))
  }

  @Test func `scores of several samples are averaged over their bytes`() throws {
    let scores = [(1.0, 0.5), (2.0, 1.0)].map {
      SampleMeasurement.Score(bitsPerByte: $0.0, exactBitsPerByte: $0.1)
    }
    let samples = try scores.map { try Self.sample(Self.paper, score: $0) }
    #expect(Self.report(samples).total.rule?.lostBitsPerByte == 0.75)
    let unscored = try Self.sample(Self.paper)
    #expect(Self.report(samples + [unscored]).total.rule?.bitsPerByte == nil)
  }

  @Test func `exact acceptance has no rule to report`() throws {
    let report = Self.report([try Self.sample(.exact)])
    #expect(report.total.rule == nil)
    #expect(report.total.identical == false)
    #expect(try Self.object(report)["acceptance_rule"] is NSNull)
  }
}
