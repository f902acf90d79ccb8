import Checkpoint
import Foundation
import Mamba
import TestSupport
import Testing

struct ConvertTests {
  private static func checkpoint(_ url: URL) throws -> CheckpointDirectory {
    try CheckpointDirectory(contentsOf: url)
  }

  private static func fields(_ folder: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "config.json"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func convert(
    _ model: TinyModel, in directory: TemporaryDirectory, _ options: String...
  ) throws -> (folder: URL, outcome: Executable.Outcome) {
    let source = directory.url.appending(path: "in")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    try model.write(to: source)
    let folder = directory.url.appending(path: "out")
    let outcome = try Executable.run(["convert", source.path, folder.path] + options)
    return (folder, outcome)
  }

  /// Every tensor's type, shape and bytes by name.
  private static func contents(_ url: URL) throws -> [String: [UInt8]] {
    let checkpoint = try checkpoint(url)
    return try checkpoint.tensors.mapValues { tensor in
      var bytes: [UInt8] = []
      try checkpoint.read(tensor, bytes: 0..<tensor.byteCount, into: &bytes)
      return Array("\(tensor.type) \(tensor.shape) ".utf8) + bytes
    }
  }

  @Test(arguments: [false, true], TinyModel.Storage.allCases)
  func `another layout becomes that of Hugging Face, byte for byte`(
    isPickled: Bool, storage: TinyModel.Storage
  ) throws {
    var model = TinyModel()
    (model.storage, model.innerSize, model.tiesEmbeddings) = (storage, 48, false)
    let expected = try model.write()
    (model.layout.isOriginal, model.layout.isPickled) = (true, isPickled)
    model.layout.prefix = "module."
    let directory = try TemporaryDirectory()
    let (folder, outcome) = try Self.convert(model, in: directory)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.error.contains("next: specdecode inspect ") && outcome.output.isEmpty)
    #expect(try Self.contents(folder) == Self.contents(expected.url))
    #expect(try Self.checkpoint(folder).metadata["format"] == "pt")
    let configurations = try [folder, expected.url].map {
      try MambaConfiguration(of: Self.checkpoint($0))
    }
    #expect(configurations[0] == configurations[1])
    let fields = try Self.fields(folder)
    #expect(fields["model_type"] as? String == "mamba")
    #expect(fields["architectures"] as? [String] == ["MambaForCausalLM"])
    #expect(fields["expand"] as? Int == 2)
    #expect(fields["eos_token_id"] is NSNull)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.sorted() == ["config.json", "model.safetensors"])
  }

  @Test func `a checkpoint that is right keeps its configuration, and its tokenizer`() throws {
    let directory = try TemporaryDirectory()
    let source = directory.url.appending(path: "in")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    try TinyTokenizer.write(to: source)
    let (folder, outcome) = try Self.convert(TinyModel(), in: directory)
    #expect(outcome.code == 0)
    for name in ["config.json", "tokenizer.json"] {
      let copy = try Data(contentsOf: folder.appending(path: name))
      #expect(try copy == Data(contentsOf: source.appending(path: name)))
    }
    #expect(try Self.contents(folder) == Self.contents(source))
  }

  @Test func `a tokenizer that is no regular file is refused and keeps nobody waiting`() throws {
    let directory = try TemporaryDirectory()
    let source = directory.url.appending(path: "in")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: source.appending(path: "tokenizer.json"), withDestinationURL: URL(filePath: "/dev/zero"))
    let (folder, outcome) = try Self.convert(TinyModel(), in: directory)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains(#"tokenizer.json" cannot be read: it is not a regular file"#))
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  @Test(arguments: ["1e400", #""\ud800""#])
  func `a field that cannot be written again is refused by its file`(json: String) throws {
    var model = TinyModel()
    model.fields = ["extra": json]
    let directory = try TemporaryDirectory()
    let (folder, outcome) = try Self.convert(model, in: directory, "--dtype", "bf16")
    #expect(outcome.code == 1)
    #expect(outcome.error.contains(#"in/config.json": (whole file) is not an object"#))
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  @Test func `a configuration that the tensors contradict is put right, with a warning`() throws {
    var model = TinyModel()
    model.fields = ["state_size": "64", "vocab_size": "50277", "extra": "\"kept\""]
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let (folder, outcome) = try Self.convert(model, in: directory)
    #expect(outcome.code == 0)
    #expect(outcome.error.split(separator: "\n").count { $0.contains("warning") } == 2)
    #expect(outcome.error.contains("state_size is 64, but by the tensors it is 16"))
    #expect(try MambaConfiguration(of: Self.checkpoint(folder)).warnings.isEmpty)
    let fields = try Self.fields(folder)
    #expect(fields["state_size"] as? Int == 16)
    #expect(fields["extra"] as? String == "kept")
  }

  @Test(arguments: [("f32", TensorType.f32), ("f16", .f16), ("bf16", .bf16)])
  func `a type is that of all tensors, each number the nearest`(
    option: String, type: TensorType
  ) throws {
    let directory = try TemporaryDirectory()
    let (folder, outcome) = try Self.convert(TinyModel(), in: directory, "--dtype", option)
    #expect(outcome.code == 0)
    let before = try Self.checkpoint(directory.url.appending(path: "in"))
    let after = try Self.checkpoint(folder)
    #expect(after.tensors.count == before.tensors.count)
    let step: Float = type == .f32 ? 0 : type == .f16 ? 0x1p-11 : 0x1p-8
    for tensor in after.tensors.values {
      #expect(tensor.type == type)
      let (new, old) = try (after.floats(tensor), before.floats(before.tensor(named: tensor.name)))
      let isNear = zip(new, old).allSatisfy { abs($0 - $1) <= max(abs($1) * step, 0x1p-25) }
      #expect(isNear, "\(tensor.name)")
    }
    let names = ["f32": "float32", "f16": "float16", "bf16": "bfloat16"]
    #expect(try Self.fields(folder)["torch_dtype"] as? String == names[option])
  }

  @Test(
    arguments: [
      ("f16", Float(70000), "70000.0", "bf16 or f32"),
      ("bf16", Float.greatestFiniteMagnitude, "3.4028235e+38", "f32"),
    ])
  func `a number that a type cannot hold is refused with the types that can`(
    option: String, value: Float, text: String, remedy: String
  ) throws {
    var model = TinyModel()
    model.changes = ["backbone.layers.0.mixer.D": .element(7, value)]
    let directory = try TemporaryDirectory()
    let (folder, outcome) = try Self.convert(model, in: directory, "--dtype", option)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("\(text) at element 7 of backbone.layers.0.mixer.D"))
    #expect(outcome.error.hasSuffix("give --dtype \(remedy)\n"))
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  @Test func `integers get no other type`() throws {
    var model = TinyModel()
    model.storage = .i8
    let directory = try TemporaryDirectory()
    let quantized = try Self.convert(model, in: directory, "--dtype", "f32").outcome
    #expect(quantized.code == 1)
    #expect(quantized.error.contains("is quantised"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["in"])
  }

  @Test func `eight bits are those of quantize`() throws {
    var model = TinyModel()
    (model.layout.isOriginal, model.layout.isPickled) = (true, true)
    let directory = try TemporaryDirectory()
    let (folder, outcome) = try Self.convert(model, in: directory, "--quantize", "int8")
    #expect(outcome.code == 0, "\(outcome.error)")
    let other = directory.url.appending(path: "other")
    let source = directory.url.appending(path: "in")
    #expect(try Executable.run(["quantize", source.path, other.path]).code == 0)
    for name in ["model.safetensors", "config.json"] {
      let bytes = try [folder, other].map { try Data(contentsOf: $0.appending(path: name)) }
      #expect(bytes[0] == bytes[1])
    }
    let matrix = try Self.checkpoint(folder).tensor(named: "backbone.embeddings.weight")
    #expect(matrix.type == .i8)
  }

  @Test func `int8 matrices keep the widths of their activations, by their new names`() throws {
    var model = TinyModel()
    (model.storage, model.tiesEmbeddings, model.repeatsEmbedding) = (.i8, false, true)
    (model.layout.isOriginal, model.layout.prefix) = (true, "module.")
    // The head is tied, since it repeats the embedding, and not written again.
    model.metadata = [
      "activation_bits": "15", "activation_bits.module.backbone.embedding.weight": "8",
      "activation_bits.module.lm_head.weight": "8",
      "activation_bits.backbone.layers.1.mixer.x_proj.weight": "8", "author": "kept",
    ]
    let directory = try TemporaryDirectory()
    let (folder, outcome) = try Self.convert(model, in: directory)
    #expect(outcome.code == 0, "\(outcome.error)")
    let checkpoint = try Self.checkpoint(folder)
    #expect(
      checkpoint.metadata == [
        "format": "pt", "author": "kept", "activation_bits": "15",
        "activation_bits.backbone.embeddings.weight": "8",
        "activation_bits.backbone.layers.1.mixer.x_proj.weight": "8",
      ])
    #expect(checkpoint.tensors["lm_head.weight"] == nil)
    let logits = try [directory.url.appending(path: "in"), folder].map { folder in
      let output = directory.url.appending(path: "\(folder.lastPathComponent).npy")
      let arguments = ["--model", folder.path, "--input", "-", "--output", output.path]
      #expect(try Executable.run(["logits"] + arguments, input: [1, 2, 3]).code == 0)
      return try Data(contentsOf: output)
    }
    #expect(logits[0] == logits[1])
  }

  @Test func `only a width that int8 matrices had already is written`() throws {
    var model = TinyModel()
    model.metadata = ["activation_bits": "15"]
    for options in [[], ["--dtype", "bf16"], ["--quantize", "int8"]] {
      let directory = try TemporaryDirectory()
      try model.write(to: directory.url)
      let folder = directory.url.appending(path: "out")
      let outcome = try Executable.run(["convert", directory.url.path, folder.path] + options)
      #expect(outcome.code == 0, "\(outcome.error)")
      #expect(try Self.checkpoint(folder).metadata == ["format": "pt"])
    }
  }

  @Test func `a model with LayerNorms gets a class that transformers can load`() throws {
    var model = TinyModel()
    (model.usesLayerNorm, model.layout.isOriginal, model.layout.isPickled) = (true, true, true)
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let (folder, outcome) = try Self.convert(model, in: directory)
    #expect(outcome.code == 0)
    let fields = try Self.fields(folder)
    #expect(fields["model_type"] as? String == "mamba_layernorm")
    let classes = try #require(fields["auto_map"] as? [String: String])
    let module = try String(
      contentsOf: folder.appending(path: "modeling_mamba_layernorm.py"), encoding: .utf8)
    for name in classes.values {
      #expect(name.hasPrefix("modeling_mamba_layernorm."))
      #expect(module.contains("class \(name.dropFirst("modeling_mamba_layernorm.".count))("))
    }
    let configuration = try MambaConfiguration(of: Self.checkpoint(folder))
    #expect(configuration.usesLayerNorm && configuration.warnings.isEmpty)
  }

  @Test func `padding stays padding`() throws {
    var model = TinyModel()
    model.vocabularySize = 264
    model.layout.isOriginal = true
    (model.layout.tokenCount, model.layout.multiple) = (259, 8)
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let (folder, outcome) = try Self.convert(model, in: directory)
    #expect(outcome.code == 0)
    let configuration = try MambaConfiguration(of: Self.checkpoint(folder))
    #expect((configuration.vocabularySize, configuration.tokenCount) == (264, 259))
  }

  @Test func `tensors that no model uses are left out with a warning`() throws {
    let directory = try TemporaryDirectory()
    let source = directory.url.appending(path: "in")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    try TinyModel().write(to: source)
    let used = try Self.checkpoint(source).tensors.keys
    try FileManager.default.moveItem(
      at: source.appending(path: "model.safetensors"), to: source.appending(path: "a.safetensors"))
    var writer = try SafetensorsWriter(
      url: source.appending(path: "b.safetensors"), metadata: ["format": "pt"],
      entries: [.init(name: "rotary.table", type: .i64, shape: [1])])
    try writer.append([UInt8](repeating: 0, count: 8))
    try writer.finish()
    var shards = Dictionary(uniqueKeysWithValues: used.map { ($0, "a.safetensors") })
    shards["rotary.table"] = "b.safetensors"
    try JSONEncoder().encode(["weight_map": shards])
      .write(to: source.appending(path: "model.safetensors.index.json"))
    let folder = directory.url.appending(path: "out")
    let outcome = try Executable.run(["convert", source.path, folder.path])
    #expect(outcome.code == 0)
    #expect(outcome.error.contains("1 tensor that") && outcome.error.contains("rotary.table"))
    #expect(try Set(Self.checkpoint(folder).tensors.keys) == Set(used))
  }

  @Test func `what is there is left alone and a failure leaves nothing behind`() throws {
    let directory = try TemporaryDirectory()
    let (folder, first) = try Self.convert(TinyModel(), in: directory)
    #expect(first.code == 0)
    let again = try Self.convert(TinyModel(), in: directory).outcome
    #expect(again.code == 1)
    #expect(again.error.contains("is there already"))
    try FileManager.default.removeItem(at: folder)
    var model = TinyModel()
    model.changes = ["backbone.norm_f.weight": .element(3, .nan)]
    let damaged = try Self.convert(model, in: directory).outcome
    #expect(damaged.code == 1)
    #expect(damaged.error.contains("backbone.norm_f.weight"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["in"])
  }

  @Test func `inspect shows what contradicts, and logits say it once`() throws {
    var model = TinyModel()
    model.fields = ["conv_kernel": "5"]
    let directory = try model.write()
    let report = try Executable.run(["inspect", directory.url.path, "--json"])
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(report.output)) as? [String: Any])
    let warnings = try #require(json["warnings"] as? [String])
    #expect(warnings.count == 1 && warnings[0].contains("conv_kernel is 5"))
    #expect(try Executable.run(["inspect", directory.url.path]).text.contains("conv_kernel is 5"))
    let logits = try Executable.run(
      [
        "logits", "--model", directory.url.path, "--input", "-", "--output",
        directory.url.appending(path: "x.npy").path,
      ], input: [1, 2])
    #expect(logits.code == 0)
    #expect(logits.error.split(separator: "\n").count { $0.contains("warning") } == 1)
    #expect(logits.error.contains("float32 [2, 256]"))
    #expect(logits.error.hasPrefix("specdecode: warning: "))
  }
}
