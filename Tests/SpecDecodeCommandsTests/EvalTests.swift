import Foundation
import Reporting
import Testing

struct EvalTests {
  private static func report(_ arguments: [String]) throws -> EvaluationReport {
    let outcome = try Executable.run(["eval"] + arguments + ["--json", "-"])
    try #require(outcome.code == 0, "\(outcome.error)")
    return try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output))
  }

  /// Text that is longer than a window of the model.
  private static let text = Array(
    (0..<60).map { "in the \($0 * $0) " }.joined().utf8)

  @Test func `bits per byte are those of the model's own logits`() throws {
    let models = try TinyModels()
    let file = try models.write(Self.text, to: "text")
    let read = try models.write([0x0A] + Self.text.dropLast(), to: "read")
    let outcome = try Executable.run([
      "logits", "--model", models.path("verifier"), "--input", read, "--output",
      models.path("logits.npy"),
    ])
    try #require(outcome.code == 0)
    let data = try Data(contentsOf: URL(filePath: models.path("logits.npy")))
    let stored = Array(data.suffix(Self.text.count * 256 * 4))
    let floats = stride(from: 0, to: stored.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(stored[start + $1]) << (8 * $1) })
    }
    var bits = 0.0
    for (place, byte) in Self.text.enumerated() {
      let row = floats[256 * place..<256 * (place + 1)].map { exp(Double($0)) }
      bits -= log2(row[Int(byte)] / row.reduce(0, +))
    }
    let report = try Self.report([models.path("verifier"), file])
    #expect(report.total.bytes == Self.text.count)
    #expect(abs(report.total.bits - bits) < 1e-3)
    #expect(report.positions.bands.reduce(0) { $0 + $1.bytes } == Self.text.count)
  }

  @Test func `a subword model's bits are divided by the bytes of the file`() throws {
    let models = try TinyModels()
    let file = try models.write(Self.text, to: "text")
    let report = try Self.report([models.path("drafter"), file])
    #expect(report.total.bytes + report.uncoveredBytes == Self.text.count)
    #expect(report.total.tokens <= report.total.bytes)
    let rate = try #require(report.total.bitsPerByte)
    #expect(rate > 0 && rate.isFinite)
  }

  @Test func `shards of files and of contexts add up to one run exactly`() throws {
    let models = try TinyModels()
    let files = try (0..<3).map {
      try models.write(Array(Self.text.dropFirst($0)), to: "text\($0)")
    }
    for context in [[], ["--context", "100"]] {
      let arguments = [models.path("verifier")] + files + context
      let whole = try Self.report(arguments)
      for shard in 1...2 {
        let outcome = try Executable.run(
          ["eval"] + arguments + ["--shard", "\(shard)/2", "--json", models.path("\(shard).json")])
        #expect(outcome.code == 0)
      }
      let merged = try Self.report(["--merge", models.path("2.json"), models.path("1.json")])
      #expect(merged.total == whole.total)
      #expect(merged.files == whole.files)
      #expect(merged.positions == whole.positions)
    }
  }

  @Test(arguments: ["verifier", "drafter"])
  func `pieces that share passes count as each does alone`(model: String) throws {
    let models = try TinyModels()
    let files = try [[], Self.text, Array("a".utf8), Array(Self.text.dropFirst(7))].enumerated()
      .map { try models.write($1, to: "text\($0)") }
    for context in [[], ["--context", "1"], ["--context", "20"]] {
      let together = try Self.report([models.path(model)] + files + context)
      let alone = try files.map { try Self.report([models.path(model), $0] + context) }
      #expect(together.files.map(\.count) == alone.map(\.total))
      #expect(together.uncoveredBytes == alone.reduce(0) { $0 + $1.uncoveredBytes })
    }
  }

  @Test func `a table by position shows how far a long context helps`() throws {
    let models = try TinyModels()
    let file = try models.write(Self.text, to: "text")
    let outcome = try Executable.run(["eval", models.path("verifier"), file, "--by-position"])
    #expect(outcome.code == 0)
    #expect(outcome.text.contains("after 256 bytes"))
    #expect(outcome.error.isEmpty)
  }

  @Test func `reports that do not belong together, and what is none, are refused`() throws {
    let models = try TinyModels()
    let file = try models.write(Self.text, to: "text")
    let report = models.path("1.json")
    #expect(
      try Executable.run(
        ["eval", models.path("verifier"), file, "--shard", "1/2", "--json", report]
      ).code == 0)
    let twice = try Executable.run(["eval", "--merge", report, report])
    #expect(twice.code == 1)
    #expect(twice.error.contains("each must be there once"))
    let other = try Executable.run(["eval", "--merge", report, file])
    #expect(other.code == 1)
    #expect(other.error.contains("is no report"))
  }

  @Test func `a file that is not there and a model that is none are errors`() throws {
    let models = try TinyModels()
    #expect(try Executable.run(["eval", models.path("verifier"), "/nowhere"]).code == 1)
    #expect(try Executable.run(["eval", "/nowhere", "/nowhere"]).code == 1)
    #expect(try Executable.run(["eval", models.path("verifier")]).code == 64)
  }
}
