import DecodingCore
import Drafter
import Foundation
import Kernels
import Mamba
import MambaDevices
import SelfChecks
import SpeculativeDecoding
import TestSupport
import Testing
import Verifier

/// All checks of a self-test on a tiny pair, and what is reported of them.
@Suite struct SelfTestPlanTests {
  private static func results() throws -> [CheckResult] {
    let verifierFiles = try TinyModel().write()
    var drafter = TinyModel()
    drafter.vocabularySize = TinyTokenizer.size
    drafter.seed = 2
    let drafterFiles = try drafter.write()
    try TinyTokenizer.write(to: drafterFiles.url)
    let decoder = SpeculativeDecoder(
      drafter: try SubwordDrafter(contentsOf: drafterFiles.url, on: .cpu(threads: 1)),
      verifier: try ByteVerifier(contentsOf: verifierFiles.url, on: .cpu(threads: 1)))
    func variant(_ threads: Int, _ set: InstructionSet) -> VerifierVariant<ByteVerifier> {
      VerifierVariant(name: "\(threads) threads, \(set.rawValue)", byteCount: 20) {
        try ByteVerifier(
          contentsOf: verifierFiles.url, on: .team(WorkerTeam(size: threads, instructionSet: set)))
      }
    }
    var plan = SelfTestPlan.standard
    plan.textBytes = 80
    plan.outputBytes = 16
    plan.lengths = [.automatic, .tokens(3)]
    plan.rolledBackWindows = [3, 9]
    plan.samplerPrompts = 1
    plan.draws = 1_000
    plan.outputs = 200
    return try plan.checks(
      decoder, threads: [1, 2, 3].map { variant($0, .best) },
      instructionSets: InstructionSet.available.map { variant(1, $0) }
    ).map { try SelfTest.result(of: $0) }
  }

  private static func report(_ checks: [CheckResult]) -> SelfTestReport {
    SelfTestReport(
      version: "1", verifier: "v", drafter: "d", threads: 2, instructionSet: "scalar",
      thorough: false, checks: checks)
  }

  @Test func `a tiny pair passes every check, and the report says so`() throws {
    let results = try Self.results()
    for result in results { #expect(result.passed, "\(result.name): \(result.details)") }
    #expect(
      results.map(\.name) == [
        "windows", "threads", "instructions", "rollback", "identity", "resuming", "sampler",
        "rejection",
      ])
    let report = Self.report(results)
    #expect(report.passed)
    #expect(report.text.contains("\nPASS: 8 checks in "))
    #expect(report.text.components(separatedBy: "PASS  ").count == 9)
    let object = try #require(
      try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    #expect(object["schema"] as? String == "specdecode.selftest/1")
    #expect(object["passed"] as? Bool == true)
    let checks = try #require(object["checks"] as? [[String: Any]])
    #expect(checks.allSatisfy { $0["remedy"] is NSNull })
    let tests = try #require(checks.last?["tests"] as? [[String: Any]])
    #expect(tests.count == 2)
    #expect(tests.allSatisfy { $0["holds"] as? Bool == true && $0["limit"] is Double })
  }

  @Test func `a failure is in the verdict with its remedy`() throws {
    let broken = try SelfTest.result(
      of: .rollback(verifier: FlawedVerifier(flaw: .rollback), windows: [4]))
    let report = Self.report([broken])
    #expect(!report.passed)
    #expect(report.text.hasPrefix("FAIL  "))
    #expect(report.text.contains("FAIL: 1 of 1 checks"))
    #expect(report.text.contains("rollback: speculative output cannot be trusted"))
    #expect(!Self.report([]).passed)
  }

  @Test func `an infinite statistic is null in JSON`() throws {
    let result = try SelfTest.result(
      of: .sampler(
        verifier: FakeVerifier(alphabetSize: 3), prompts: [[1]],
        samplings: [SamplingOptions(temperature: 1, topK: 2)], draws: 50, level: 0.001,
        makeDraw: { _ in { _, _ in 200 } }))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Self.report([result]).json()) as? [String: Any])
    let checks = try #require(object["checks"] as? [[String: Any]])
    let tests = try #require(checks.first?["tests"] as? [[String: Any]])
    #expect(tests.first?["statistic"] is NSNull)
    #expect(checks.first?["passed"] as? Bool == false)
  }
}
