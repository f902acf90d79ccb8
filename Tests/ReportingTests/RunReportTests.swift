import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding
import Testing

struct RunReportTests {
  private static let decoder = recitingDecoder("the sea, the sea ", maxBytes: 40)

  private static func configuration(drafter: String? = "d", samples: Int = 1) -> RunConfiguration {
    RunConfiguration(
      drafter: drafter, verifier: "v", options: decoder.options, samples: samples, threads: 2,
      hasBaseline: true, instructionSet: "scalar")
  }

  private static func report(
    _ samples: [SampleMeasurement], of count: Int? = nil, drafter: String? = "d",
    isInterrupted: Bool = false, prompt: [UInt8] = Array("the sea".utf8)
  ) -> RunReport {
    RunReport(
      version: "1.2.3",
      provenance: RunProvenance(
        prompt: prompt, started: "2026-01-02T03:04:05Z", commit: "abc",
        machine: MachineRecord(processor: "p", cores: 1, system: "s", memoryBytes: 2),
        verifierFingerprint: "01", drafterFingerprint: "02"),
      configuration: configuration(drafter: drafter, samples: count ?? samples.count),
      promptBytes: 7, loadSeconds: 0.5, isInterrupted: isInterrupted, samples: samples)
  }

  private static func sample(seed: UInt64 = 0, baseline: Bool = true) throws -> SampleMeasurement {
    SampleMeasurement(
      seed: seed, speculative: try decoder.decode([1]),
      plain: baseline ? try decoder.decode([1], drafting: .never) : nil)
  }

  private static func object(_ report: RunReport) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
  }

  private static let keys: Set<String> = [
    "schema", "version", "status", "configuration", "prompt_bytes", "output_bytes",
    "output_base64", "output_text", "first_difference", "load_seconds", "samples", "speculative",
    "plain", "speedup", "speedup_with_prefill", "identical", "acceptance_rate",
    "tested_acceptance_rate", "mean_acceptance_length",
    "draft_tokens_per_round", "rounds", "drafted_tokens", "drafted_bytes", "cut_bytes",
    "tested_bytes",
    "accepted_bytes", "timing", "acceptance_rule", "stop_reason", "withheld_base64",
    "prompt_text", "prompt_base64", "started", "commit", "machine", "verifier_fingerprint",
    "drafter_fingerprint",
  ]

  @Test func `a complete run fills every key of the schema`() throws {
    let object = try Self.object(Self.report([try Self.sample()]))
    #expect(Set(object.keys) == Self.keys)
    let nulls = object.filter { $0.value is NSNull }.map(\.key)
    #expect(Set(nulls) == ["acceptance_rule", "first_difference", "prompt_base64"])
    #expect(object["schema"] as? String == "specdecode.run/2")
    #expect(object["status"] as? String == "complete")
    #expect(object["identical"] as? Bool == true)
    #expect(object["output_text"] as? String == "the sea, the sea the sea, the sea the se")
    let text = try #require(object["output_base64"] as? String)
    #expect(Data(base64Encoded: text) == Data("the sea, the sea the sea, the sea the se".utf8))
  }

  @Test func `a prompt is text, or base64 where it is not UTF-8`() throws {
    let text = try Self.object(Self.report([try Self.sample()]))
    #expect(text["prompt_text"] as? String == "the sea")
    let bytes = try Self.object(Self.report([try Self.sample()], prompt: [0xFF]))
    #expect(bytes["prompt_base64"] as? String == "/w==")
    #expect(bytes["prompt_text"] is NSNull)
  }

  @Test func `speed and times stand under speculative, plain and timing`() throws {
    let object = try Self.object(Self.report([try Self.sample()]))
    for key in ["speculative", "plain"] {
      let generation = try #require(object[key] as? [String: Any])
      #expect(generation["output_bytes"] as? Int == 40)
      #expect(try #require(generation["bytes_per_second"] as? Double) > 0)
    }
    let timing = try #require(object["timing"] as? [String: Double])
    #expect(
      Set(timing.keys) == [
        "verifier_prefill", "drafter_prefill", "catch_up", "draft", "verify", "roll_back", "rest",
        "prefill", "decoding", "total",
      ])
    let total = try #require(timing["total"])
    let parts = try #require(timing["prefill"]) + #require(timing["decoding"])
    #expect(abs(total - parts) < 1e-9)
  }

  @Test func `without a baseline its keys are there and null`() throws {
    let object = try Self.object(Self.report([try Self.sample(baseline: false)]))
    #expect(Set(object.keys) == Self.keys)
    for key in ["plain", "speedup", "speedup_with_prefill", "identical"] {
      #expect(object[key] is NSNull)
    }
    #expect(object["acceptance_rate"] is Double)
  }

  @Test func `without a drafter plain is filled and all of drafting is null`() throws {
    let plain = try Self.decoder.decode([1], drafting: .never)
    let sample = SampleMeasurement(seed: 3, speculative: nil, plain: plain)
    let object = try Self.object(Self.report([sample], drafter: nil))
    #expect(Set(object.keys) == Self.keys)
    for key in ["speculative", "acceptance_rate", "mean_acceptance_length", "speedup", "identical"]
    {
      #expect(object[key] is NSNull)
    }
    #expect(object["plain"] is [String: Any])
    let configuration = try #require(object["configuration"] as? [String: Any])
    #expect(configuration["draft_tokens"] is NSNull)
  }

  @Test func `several samples have their outputs in samples and sums beside`() throws {
    let samples = [try Self.sample(seed: 4), try Self.sample(seed: 5)]
    let object = try Self.object(Self.report(samples))
    #expect(object["output_base64"] is NSNull)
    #expect(object["output_text"] is NSNull)
    #expect(object["stop_reason"] is NSNull && object["withheld_base64"] is NSNull)
    #expect(object["output_bytes"] as? Int == 80)
    let list = try #require(object["samples"] as? [[String: Any]])
    #expect(list.map { $0["seed"] as? Int } == [4, 5])
    #expect(list.allSatisfy { $0["output_text"] is String })
    let rounds = try list.map { try #require($0["rounds"] as? Int) }
    #expect(object["rounds"] as? Int == rounds[0] + rounds[1])
  }

  @Test func `an interrupted run has the shape of the run that was asked for`() throws {
    let one = try Self.object(Self.report([], of: 1, isInterrupted: true))
    #expect(one["output_base64"] as? String == "")
    #expect(one["prompt_bytes"] as? Int == 7)
    let several = try Self.object(Self.report([try Self.sample()], of: 3, isInterrupted: true))
    #expect(several["output_base64"] is NSNull)
    #expect(several["output_text"] is NSNull)
  }

  @Test func `what ended an output is in the report, and options that can end it are`() throws {
    var decoder = Self.decoder
    decoder.options.stopTexts = [Array("a t".utf8)]
    decoder.options.stopBytes = [0xFF]
    let sample = SampleMeasurement(
      seed: 0, speculative: try decoder.decode([1]),
      plain: try decoder.decode([1], drafting: .never))
    var configuration = Self.configuration()
    configuration.options = decoder.options
    let report = RunReport(
      version: "1", configuration: configuration, promptBytes: 1, loadSeconds: 0,
      isInterrupted: false, samples: [sample])
    let object = try Self.object(report)
    #expect(object["output_text"] as? String == "the sea, the se")
    #expect(object["stop_reason"] as? String == "stop_text")
    #expect(object["withheld_base64"] as? String == Data("a t".utf8).base64EncodedString())
    #expect(object["identical"] as? Bool == true)
    #expect(report.text.contains("ended       by a stop text\n"))
    let encoded = try #require(object["configuration"] as? [String: Any])
    #expect(
      encoded["stop_base64"] as? [String] == [Data("a t".utf8).base64EncodedString()])
    #expect(encoded["stop_bytes"] as? [Int] == [255])
    #expect(encoded["valid_utf8"] as? Bool == false)
  }

  @Test func `outputs that differ only in what ended them are different`() throws {
    var decoder = Self.decoder
    decoder.options.stopTexts = [Array("a t".utf8)]
    let fast = try decoder.decode([1])
    decoder.options.stopTexts = [Array("a ".utf8)]
    let sample = SampleMeasurement(
      seed: 0, speculative: fast, plain: try decoder.decode([1], drafting: .never))
    #expect(sample.output == sample.plain?.output)
    #expect(sample.firstDifference == sample.output.count + 2)
  }

  @Test func `an acceptance rate is accepted over tested bytes`() throws {
    let total = Self.report([try Self.sample()]).total
    let drafting = try #require(total.drafting)
    #expect(drafting.acceptedBytes < drafting.testedBytes)
    #expect(drafting.testedBytes <= drafting.draftedBytes)
    #expect(
      drafting.acceptanceRate == Double(drafting.acceptedBytes) / Double(drafting.draftedBytes))
    #expect(drafting.meanAcceptanceLength == 40 / Double(drafting.rounds))
  }

  @Test func `different outputs are told apart at the first byte that differs`() throws {
    let other = recitingDecoder("the sea, the sky ", maxBytes: 40)
    let sample = SampleMeasurement(
      seed: 0, speculative: try Self.decoder.decode([1]),
      plain: try other.decode([1], drafting: .never))
    let report = Self.report([sample])
    #expect(report.total.identical == false)
    #expect(sample.firstDifference == 14)
    #expect(report.text.contains("first at byte 14"))
    #expect(report.text.contains("identical: NO"))
  }

  @Test func `one sample that differs is enough, also when others were not compared`() throws {
    let other = recitingDecoder("the sea, the sky ", maxBytes: 40)
    let different = SampleMeasurement(
      seed: 0, speculative: try Self.decoder.decode([1]),
      plain: try other.decode([1], drafting: .never))
    let compared = try Self.sample(seed: 1)
    let uncompared = try Self.sample(seed: 2, baseline: false)
    for samples in [[different, uncompared], [compared, different]] {
      let total = Self.report(samples).total
      #expect(total.identical == false)
      #expect(total.speedup == nil)
      #expect(total.speedupWithPrefill == nil)
    }
    #expect(Self.report([compared, uncompared]).total.identical == nil)
    #expect(Self.report([compared, compared]).total.identical == true)
  }

  @Test func `an output that is only longer differs where the other ends`() throws {
    let longer = recitingDecoder("the sea, the sea ", maxBytes: 50)
    let sample = SampleMeasurement(
      seed: 0, speculative: try Self.decoder.decode([1]),
      plain: try longer.decode([1], drafting: .never))
    #expect(sample.firstDifference == 40)
  }

  @Test func `output that is not UTF-8 is exact in base64 and repaired in text`() throws {
    let decoder = SpeculativeDecoder(
      drafter: RecitingDrafter(text: [0xFF, 0x41]), verifier: RecitingVerifier(text: [0xFF, 0x41]),
      options: DecodingOptions(maxBytes: 3))
    let sample = SampleMeasurement(
      seed: 0, speculative: try decoder.decode([]), plain: nil)
    let object = try Self.object(Self.report([sample]))
    #expect(object["output_base64"] as? String == Data([0xFF, 0x41, 0xFF]).base64EncodedString())
    #expect(object["output_text"] as? String == "\u{FFFD}A\u{FFFD}")
  }

  @Test func `nothing generated gives no rates and no division by zero`() throws {
    let decoder = recitingDecoder("a", maxBytes: 0)
    let sample = SampleMeasurement(
      seed: 0, speculative: try decoder.decode([1]),
      plain: try decoder.decode([1], drafting: .never))
    let object = try Self.object(Self.report([sample], isInterrupted: true))
    #expect(object["acceptance_rate"] is NSNull)
    #expect(object["mean_acceptance_length"] is NSNull)
    #expect(object["speedup"] is NSNull)
    #expect(object["status"] as? String == "interrupted")
  }
}
