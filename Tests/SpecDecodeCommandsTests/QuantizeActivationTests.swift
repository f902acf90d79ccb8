import Checkpoint
import Foundation
import TestSupport
import Testing

/// `quantize` writes to how many bits activations are quantised, and `inspect` shows it.
struct QuantizeActivationTests {
  private static func metadata(_ path: String) throws -> [String: String] {
    try CheckpointDirectory(contentsOf: URL(filePath: path, directoryHint: .isDirectory)).metadata
  }

  private static func inspection(_ path: String) throws -> (text: String, bits: [String: Int]?) {
    let json = try Executable.run(["inspect", path, "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    return (
      try Executable.run(["inspect", path]).text, object?["activation_bits"] as? [String: Int]
    )
  }

  @Test(arguments: [[], ["--activations", "8"]])
  func `8 bits are not mentioned in the file`(options: [String]) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      ["quantize", models.path("verifier"), models.path("out")] + options)
    #expect(outcome.code == 0)
    #expect(try Self.metadata(models.path("out")) == ["format": "pt"])
    let inspection = try Self.inspection(models.path("out"))
    #expect(inspection.text.contains("activations     8 bits in products with int8 matrices\n"))
    #expect(inspection.bits == ["8": 9])
  }

  @Test func `15 bits are written, shown, and run`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run([
      "quantize", models.path("verifier"), models.path("out"), "--activations", "15",
    ])
    #expect(outcome.code == 0)
    #expect(try Self.metadata(models.path("out")) == ["format": "pt", "activation_bits": "15"])
    let inspection = try Self.inspection(models.path("out"))
    #expect(inspection.text.contains("activations     15 bits in products with int8 matrices\n"))
    #expect(inspection.bits == ["15": 9])
    let run = try Executable.run([
      "run", "--verifier", models.path("out"), "--drafter", models.path("drafter"), "--prompt",
      "a", "--max-bytes", "16",
    ])
    #expect(run.code == 0)
    #expect(run.error.contains("identical: yes"))
  }

  @Test func `some matrices get 15 bits by parts of their names`() throws {
    let models = try TinyModels()
    let outcome = try Executable.run([
      "quantize", models.path("verifier"), models.path("out"), "--activations-15",
      "x_proj,layers.0.mixer.dt_proj,embeddings",
    ])
    #expect(outcome.code == 0)
    let matrices = [
      "embeddings", "layers.0.mixer.x_proj", "layers.1.mixer.x_proj", "layers.0.mixer.dt_proj",
    ]
    let widths = matrices.map { ("activation_bits.backbone.\($0).weight", "15") }
    #expect(
      try Self.metadata(models.path("out"))
        == ["format": "pt"].merging(widths) { $1 })
    let inspection = try Self.inspection(models.path("out"))
    #expect(
      inspection.text.contains(
        "8 bits in products with 5 int8 matrices · 15 bits in products with 4 int8 matrices\n"))
    #expect(inspection.bits == ["8": 5, "15": 4])
  }

  @Test(arguments: [false, true])
  func `another layout gets the widths, and the bytes, of that of Hugging Face`(
    isPickled: Bool
  ) throws {
    let directory = try TemporaryDirectory()
    var model = TinyModel()
    model.innerSize = 48
    let files = try ["expected", "other"].map { name in
      let source = directory.url.appending(path: name)
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: false)
      try model.write(to: source)
      (model.layout.isOriginal, model.layout.isPickled) = (true, isPickled)
      model.layout.prefix = "module."
      let target = directory.url.appending(path: "\(name)-int8")
      let outcome = try Executable.run([
        "quantize", source.path, target.path, "--activations-15", "x_proj,embeddings",
      ])
      #expect(outcome.code == 0, "\(outcome.error)")
      let bits = try Self.metadata(target.path)["activation_bits.backbone.embeddings.weight"]
      #expect(bits == "15")
      #expect(try Self.inspection(target.path).bits == ["8": 6, "15": 3])
      return try Data(contentsOf: target.appending(path: "model.safetensors"))
    }
    #expect(files[0] == files[1])
  }

  @Test func `a checkpoint without int8 matrices has activations of float32`() throws {
    let models = try TinyModels()
    let inspection = try Self.inspection(models.path("verifier"))
    #expect(inspection.text.contains("activations     float32\n"))
    #expect(inspection.bits == [:])
  }

  @Test(arguments: [
    (["--activations", "16"], "8 or 15"), (["--activations", ""], "8 or 15"),
    (["--activations-15", "y_proj"], "\"y_proj\""), (["--activations-15", "x_proj,"], "commas"),
    (["--activations-15", "proj"], "\"proj\""),
    (["--activations", "8", "--activations-15", "x_proj"], "exclude each other"),
  ])
  func `other widths and names are refused`(options: [String], words: String) throws {
    let models = try TinyModels()
    let outcome = try Executable.run(
      ["quantize", models.path("verifier"), models.path("out")] + options)
    #expect(outcome.code == 64)
    #expect(outcome.error.contains(words))
    #expect(!FileManager.default.fileExists(atPath: models.path("out")))
  }

  @Test func `a width that cannot be is refused when the model is inspected`() throws {
    let models = try TinyModels()
    try models.writeVerifier(metadata: ["activation_bits": "12"])
    let outcome = try Executable.run(["inspect", models.path("verifier")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("model.safetensors"))
    #expect(outcome.error.contains("activation_bits"))
    #expect(outcome.error.contains("\"12\""))
  }
}
