import Foundation
import Testing

@Suite struct PredictCommandTests {
  @Test func `costs are measured and speedups computed for the agreements asked for`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run([
      "predict", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--agreement", "0.9,0.5", "--time-budget", "0", "--json", "-", "--threads", "1",
    ])
    #expect(outcome.code == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    #expect(object["schema"] as? String == "specdecode.predict/1")
    let forecast = try #require(object["forecast"] as? [String: Any])
    let rows = try #require(forecast["rows"] as? [[String: Any]])
    #expect(rows.map { $0["agreement"] as? Double } == [0.9, 0.5])
    #expect(rows.allSatisfy { ($0["speedup"] as? Double ?? 0) >= 1 })
    #expect((forecast["step_seconds"] as? Double ?? 0) > 0)
  }

  @Test(arguments: ["0", "1.1", "x", "0.9,,0.8", ""])
  func `an agreement that is none is refused`(value: String) throws {
    let outcome = try Executable.run(["predict", "--agreement", value])
    #expect(outcome.code == 64 && outcome.error.contains("--agreement"))
  }
}
