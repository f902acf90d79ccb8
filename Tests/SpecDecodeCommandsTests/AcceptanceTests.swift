import Foundation
import Testing

/// `--acceptance` of `run`.
struct AcceptanceTests {
  private static func rule(_ outcome: Executable.Outcome) throws -> [String: Any] {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(outcome.code == 0)
    #expect(object["identical"] is NSNull)
    #expect(object["speedup"] is Double)
    return try #require(object["acceptance_rule"] as? [String: Any])
  }

  private static let run = [
    "--prompt", "in the", "--max-bytes", "40", "--temperature", "1", "--seed", "5", "--json", "-",
  ]

  @Test func `rejection repeats its output in the same distribution`() throws {
    let models = try TinyModels()
    let arguments = models.run() + Self.run + ["--acceptance", "rejection"]
    let outcome = try Executable.run(arguments)
    let rule = try Self.rule(outcome)
    #expect(rule["name"] as? String == "rejection")
    #expect(rule["promise"] as? String == "same_distribution")
    #expect(rule["differing_share"] is Double)
    #expect(rule["bits_per_byte"] is NSNull)
    func output(_ outcome: Executable.Outcome) throws -> String? {
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any]
      return object?["output_base64"] as? String
    }
    #expect(try output(outcome) == output(Executable.run(arguments + ["--threads", "1"])))
  }

  @Test func `the paper's setting is labelled lossy, with what it costs`() throws {
    let models = try TinyModels()
    let setting = ["--acceptance", "top-beta:3:boundary", "--draft-tokens", "3"]
    let rule = try Self.rule(try Executable.run(models.run() + Self.run + setting))
    #expect(rule["promise"] as? String == "lossy")
    #expect(rule["resync"] as? String == "boundary")
    #expect(rule["lost_bits_per_byte"] is Double)
    let text = try Executable.run(
      models.run("--prompt", "in the", "--max-bytes", "20") + setting)
    #expect(text.code == 0)
    #expect(text.error.contains("LOSSY: top-beta 3, resync boundary"))
  }

  @Test(arguments: [
    (["--acceptance", "never"], "exact, rejection, top-beta:N"),
    (["--acceptance", "top-beta:0"], "top-beta:N"),
    (["--acceptance", "top-beta:3:word"], "top-beta:N:boundary"),
    (["--acceptance", "rejection", "--no-draft"], "exclude each other"),
  ])
  func `what makes no sense is refused`(arguments: [String], message: String) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(models.run("--prompt", "a") + arguments)
    #expect(outcome.code == 64)
    #expect(outcome.error.contains(message))
  }
}
