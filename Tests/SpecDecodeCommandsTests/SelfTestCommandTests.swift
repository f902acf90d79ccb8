import Foundation
import Testing

@Suite struct SelfTestCommandTests {
  private func arguments(_ models: TinyModels, _ more: String...) -> [String] {
    ["selftest", "--verifier", models.path("verifier"), "--drafter", models.path("drafter")] + more
  }

  @Test func `a pair that is exact passes, with a verdict and a file`() throws {
    let models = try TinyModels()
    let file = models.path("report.json")
    let outcome = try Executable.run(arguments(models, "--json", file, "--threads", "1"))
    #expect(outcome.code == 0)
    #expect(outcome.text.contains("PASS: 8 checks"))
    #expect(outcome.error.isEmpty)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file)))
        as? [String: Any])
    #expect(object["schema"] as? String == "specdecode.selftest/1")
    #expect((object["checks"] as? [Any])?.count == 8)
  }

  @Test func `a drafter that gives no numbers fails with a remedy`() throws {
    let models = try TinyModels()
    try models.poisonDrafter("backbone.norm_f.weight", with: .infinity)
    let outcome = try Executable.run(arguments(models, "--json", "-", "--threads", "1"))
    #expect(outcome.code == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(object["passed"] as? Bool == false)
    let checks = try #require(object["checks"] as? [[String: Any]])
    let failed = checks.filter { $0["passed"] as? Bool == false }
    #expect(failed.compactMap { $0["name"] as? String } == ["identity", "resuming", "rejection"])
    #expect(failed.allSatisfy { $0["remedy"] is String })
  }

  @Test func `models that are not there and an unknown folder are errors`() throws {
    let outcome = try Executable.run(["selftest", "--verifier", "/nowhere", "--drafter", "/no"])
    #expect(outcome.code == 1 && outcome.error.contains("/no"))
    #expect(try Executable.run(["selftest", "--threads", "0"]).code == 64)
  }
}
