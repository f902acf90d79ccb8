import Foundation
import Testing

@Suite struct SelfTestCommandTests {
  private func arguments(_ models: TinyModels, _ more: String...) -> [String] {
    ["selftest", "--verifier", models.path("verifier"), "--drafter", models.path("drafter")] + more
  }

  @Test func `a verifier that gives no numbers fails every check, with remedies`() throws {
    let models = try TinyModels()
    try models.poison("verifier", "backbone.layers.0.norm.weight", with: .greatestFiniteMagnitude)
    let outcome = try Executable.run(arguments(models, "--json", "-", "--threads", "1"))
    #expect(outcome.code == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(object["passed"] as? Bool == false)
    let checks = try #require(object["checks"] as? [[String: Any]])
    #expect(checks.count == 8)
    #expect(checks.allSatisfy { $0["passed"] as? Bool == false && $0["remedy"] is String })
    let details = checks.compactMap { ($0["details"] as? [String])?.last }
    #expect(details.allSatisfy { $0.contains("not a finite number") })
  }

  @Test func `models that are not there and an unknown folder are errors`() throws {
    let outcome = try Executable.run(["selftest", "--verifier", "/nowhere", "--drafter", "/no"])
    #expect(outcome.code == 1 && outcome.error.contains("/no"))
    #expect(try Executable.run(["selftest", "--threads", "0"]).code == 64)
  }
}
