import Checkpoint
import Foundation
import Testing

struct QuantizeTests {
  private static func directory(_ path: String) throws -> CheckpointDirectory {
    try CheckpointDirectory(contentsOf: URL(filePath: path, directoryHint: .isDirectory))
  }

  @Test func `matrices become int8 with a scale a row and all else stays`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run(["quantize", models.path("verifier"), models.path("small")])
    #expect(outcome.code == 0)
    #expect(outcome.error.contains("next: specdecode inspect "))
    let before = try Self.directory(models.path("verifier"))
    let after = try Self.directory(models.path("small"))
    #expect(after.configuration == before.configuration)
    for tensor in before.tensors.values {
      let copy = try after.tensor(named: tensor.name)
      let old = try before.floats(tensor)
      let new = try after.floats(copy)
      guard tensor.shape.count == 2, !tensor.name.hasSuffix("A_log") else {
        #expect(copy.type == .f32)
        #expect(new == old)
        continue
      }
      #expect(copy.type == .i8)
      let scales = try after.scales(of: copy)
      let columns = tensor.shape[1]
      // Half a step, and the roundings of the scale and the product.
      let isNear = old.indices.allSatisfy {
        abs(old[$0] - new[$0]) <= 0.5001 * scales[$0 / columns]
      }
      #expect(isNear, "\(tensor.name)")
    }
  }

  @Test func `the same input gives the same bytes`() throws {
    let models = try TinyModels()
    for name in ["a", "b"] {
      #expect(
        try Executable.run(["quantize", models.path("drafter"), models.path(name)]).code == 0)
    }
    for file in ["model.safetensors", "config.json", "tokenizer.json"] {
      let first = try Data(contentsOf: URL(filePath: models.path("a/\(file)")))
      #expect(first == (try Data(contentsOf: URL(filePath: models.path("b/\(file)")))))
    }
  }

  @Test func `a quantised pair runs, and is not quantised again`() throws {
    let models = try TinyModels()
    for name in ["verifier", "drafter"] {
      _ = try Executable.run(["quantize", models.path(name), models.path("small-\(name)")])
    }
    let run = try Executable.run([
      "run", "--verifier", models.path("small-verifier"), "--drafter",
      models.path("small-drafter"), "--prompt", "a", "--max-bytes", "16",
    ])
    #expect(run.code == 0)
    let again = try Executable.run([
      "quantize", models.path("small-verifier"), models.path("again"),
    ])
    #expect(again.code == 1)
    #expect(again.error.contains("quantised already"))
    #expect(!FileManager.default.fileExists(atPath: models.path("again")))
  }

  @Test func `an empty folder is filled and any other is left alone`() throws {
    let models = try TinyModels()
    let empty = models.path("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    #expect(try Executable.run(["quantize", models.path("verifier"), empty]).code == 0)
    let outcome = try Executable.run(["quantize", models.path("verifier"), models.path("drafter")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("is there already"))
    #expect(throws: Never.self) { try Self.directory(models.path("drafter")) }
  }

  @Test(arguments: [[1 << 47, 0], [0, 4]])
  func `a matrix without columns is a typed error and leaves nothing behind`(
    shape: [Int]
  ) throws {
    let models = try TinyModels()
    let writer = try SafetensorsWriter(
      url: models.url.appending(path: "verifier/model.safetensors"), metadata: [:],
      entries: [.init(name: "x.in_proj.weight", type: .f32, shape: shape)])
    try writer.finish()
    let outcome = try Executable.run(["quantize", models.path("verifier"), models.path("out")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("x.in_proj.weight of shape \(shape)"))
    let names = try FileManager.default.contentsOfDirectory(atPath: models.path(""))
    #expect(names.sorted() == ["drafter", "verifier"])
  }

  @Test func `a weight too large for a scale is named and leaves nothing behind`() throws {
    let models = try TinyModels()
    let matrix = "backbone.layers.0.mixer.in_proj.weight"
    try models.poisonDrafter(matrix, with: -.greatestFiniteMagnitude)
    let outcome = try Executable.run(["quantize", models.path("drafter"), models.path("out")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains(matrix))
    #expect(outcome.error.contains("3.4028235e+38"))
    let names = try FileManager.default.contentsOfDirectory(atPath: models.path(""))
    #expect(names.sorted() == ["drafter", "verifier"])
  }

  @Test func `a failure leaves nothing behind`() throws {
    let models = try TinyModels()
    try models.poisonDrafter("backbone.layers.0.mixer.D", with: .nan)
    let outcome = try Executable.run(["quantize", models.path("drafter"), models.path("out")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("backbone.layers.0.mixer.D"))
    let names = try FileManager.default.contentsOfDirectory(atPath: models.path(""))
    #expect(names.sorted() == ["drafter", "verifier"])
  }
}
