import Checkpoint
import Foundation
import SpecDecodePlatform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

private func open(_ url: URL) -> CheckpointError? {
  checkpointError { () throws(CheckpointError) in try CheckpointDirectory(contentsOf: url) }
}

private let tiny = safetensors("t", "U8", [1], [7])

@Suite struct CheckpointDirectoryTests {
  @Test func `a checkpoint of one file is read`() throws {
    let directory = try TemporaryDirectory(
      weights: safetensors(
        #"{"__metadata__":{"format":"pt"},"# + entry("t", "F32", [1], 0, 4) + "}",
        data: littleEndian([1.5])),
      configuration: #"{"a":1}"#)
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    #expect(checkpoint.url == directory.url)
    #expect(checkpoint.configuration == Data(#"{"a":1}"#.utf8))
    #expect(checkpoint.metadata == ["format": "pt"])
    #expect(Array(checkpoint.tensors.keys) == ["t"])
    let tensor = try checkpoint.tensor(named: "t")
    #expect(tensor.shape == [1])
    #expect(URL(fileURLWithPath: tensor.file).lastPathComponent == "model.safetensors")
    #expect(try checkpoint.floats(tensor) == [1.5])
  }

  @Test func `a checkpoint of three shards is read`() throws {
    let checkpoint = try CheckpointDirectory(contentsOf: fixture("hf-bf16-sharded"))
    #expect(checkpoint.tensors.count == 32)
    #expect(Set(checkpoint.tensors.values.map(\.file)).count == 3)
    #expect(checkpoint.tensors.values.reduce(0) { $0 + $1.byteCount } == 153_408)
    #expect(try checkpoint.tensor(named: "backbone.embeddings.weight").shape == [256, 48])
    #expect(checkpoint.metadata == ["format": "pt"])
  }

  @Test(arguments: ["model.safetensors", "pytorch_model.bin"])
  func `a Git LFS pointer in the place of weights is named`(name: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array("{}".utf8), to: "config.json")
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    try directory.write(Array(pointer.utf8), to: name)
    #expect(open(directory.url)?.description.contains("git lfs pull") == true)
  }

  @Test func `a folder with a GGUF file is named`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array("GGUF".utf8), to: "model-q4.gguf")
    let error = open(directory.url)
    #expect(error?.name == "notACheckpoint")
    #expect(error?.description.contains("GGUF") == true)
  }

  /// The digests are those of the f32 values as Python's struct module gives them.
  @Test(arguments: [
    (
      "backbone.layers.1.mixer.x_proj.weight", -0x1.e6p-5 as Float,
      "6d072bde8f50a129bb8dee919654fab5fd48a881b38e3bb2032e2cc9c9c8d825"
    ),
    (
      "backbone.layers.0.mixer.A_log", 0x1.c54ad4p-4,
      "4bf0387e855a6c398b148ca27ac607e822a9aef2973d640ddc38e77d56e983ff"
    ),
  ])
  func `the weights of a real layout have their values`(
    name: String, first: Float, digest: String
  ) throws {
    let checkpoint = try CheckpointDirectory(contentsOf: fixture("hf-bf16-sharded"))
    let floats = try checkpoint.floats(checkpoint.tensor(named: name))
    #expect(floats.first == first)
    var found = SHA256()
    found.update(littleEndian(floats))
    #expect(SHA256.hex(found.finalize()) == digest)
  }

  @Test func `a tensor that is not there is a typed error`() throws {
    let directory = try TemporaryDirectory(weights: tiny)
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let error = checkpointError { () throws(CheckpointError) in
      try checkpoint.tensor(named: "missing.weight")
    }
    #expect(error?.name == "missingTensor")
    #expect(error?.description.contains("missing.weight") == true)
  }

  @Test func `a shape other than the model's is a typed error`() throws {
    let directory = try TemporaryDirectory(weights: tiny)
    let tensor = try CheckpointDirectory(contentsOf: directory.url).tensor(named: "t")
    try tensor.requireShape([1])
    let error = checkpointError { () throws(CheckpointError) in try tensor.requireShape([1, 1]) }
    #expect(
      error == .unexpectedShape(file: tensor.file, tensor: "t", expected: [1, 1], found: [1]))
  }

  @Test func `one file is preferred to shards`() throws {
    let directory = try TemporaryDirectory(
      shards: ["a.safetensors": tiny], index: #"{"weight_map":{"t":"a.safetensors"}}"#)
    try directory.write(safetensors("whole", "U8", [1], [7]), to: "model.safetensors")
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    #expect(Array(checkpoint.tensors.keys) == ["whole"])
  }

  @Test func `links to files are followed as in the cache of the hub`() throws {
    let blobs = try TemporaryDirectory(weights: tiny)
    let directory = try TemporaryDirectory()
    let path = blobs.url.path(percentEncoded: false)
    try directory.link("model.safetensors", to: path + "model.safetensors")
    try directory.link("config.json", to: path + "config.json")
    #expect(try CheckpointDirectory(contentsOf: directory.url).tensors.count == 1)
  }

  @Test func `a directory with odd characters in its path is read`() throws {
    let parent = try TemporaryDirectory()
    let odd = parent.url.appending(path: "a b%20?#é", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: odd, withIntermediateDirectories: true)
    try Data(tiny).write(to: odd.appending(path: "model.safetensors"))
    try Data("{}".utf8).write(to: odd.appending(path: "config.json"))
    #expect(try CheckpointDirectory(contentsOf: odd).tensors.count == 1)
  }

  @Test func `a relative path is read`() throws {
    let directory = try TemporaryDirectory(weights: tiny)
    let relative = URL(
      fileURLWithPath: directory.url.lastPathComponent,
      relativeTo: FileManager.default.temporaryDirectory)
    #expect(try CheckpointDirectory(contentsOf: relative).tensors.count == 1)
  }
}

@Suite struct UnreadableCheckpointDirectoryTests {
  @Test func `a path without a directory is a typed error`() throws {
    let directory = try TemporaryDirectory()
    let error = open(directory.url.appending(path: "nowhere"))
    #expect(error?.name == "notFound")
    #expect(error?.description.contains("nowhere") == true)
  }

  @Test func `a file in the place of the directory is a typed error`() throws {
    let directory = try TemporaryDirectory(weights: tiny)
    let error = open(directory.url.appending(path: "model.safetensors"))
    #expect(error?.name == "notACheckpoint")
    #expect(error?.description.contains("it is a file") == true)
  }

  @Test(arguments: [
    ([], "no config.json"),
    (["model.safetensors"], "no config.json"),
    (["config.json"], "none of model.safetensors, model.safetensors.index.json, pytorch_model.bin"),
  ])
  func `a directory of another kind is a typed error`(names: [String], says: String) throws {
    let directory = try TemporaryDirectory()
    for name in names { try directory.write(tiny, to: name) }
    let error = open(directory.url)
    #expect(error?.name == "notACheckpoint")
    #expect(error?.description.contains(says) == true)
  }

  @Test func `a link that leads nowhere is a typed error that names it`() throws {
    let directory = try TemporaryDirectory(
      shards: [:], index: #"{"weight_map":{"t":"a.safetensors"}}"#)
    try directory.link("a.safetensors", to: "gone")
    let error = open(directory.url)
    #expect(error?.name == "notFound")
    #expect(error?.description.contains("a.safetensors") == true)
  }

  @Test(arguments: ["loop", String(repeating: "x", count: 300)])
  func `a path that cannot be followed is reported as the system says, not as missing`(
    name: String
  ) throws {
    let directory = try TemporaryDirectory(weights: tiny)
    try directory.link("loop", to: "loop")
    let error = open(directory.url.appending(path: name))
    #expect(error?.name == "notReadable")
    #expect(error?.description.contains("does not exist") == false)
  }

  @Test func `a directory that may not be searched is not reported as missing`() throws {
    let directory = try TemporaryDirectory(weights: tiny)
    // The superuser may search everything.
    guard getuid() != 0 else { return }
    let path = directory.url.path(percentEncoded: false)
    _ = unsafe chmod(path, 0)
    defer { _ = unsafe chmod(path, 0o700) }
    #expect(open(directory.url)?.description.contains("Permission denied") == true)
  }

  @Test func `a configuration of more than a mebibyte is a typed error`() throws {
    let limit = 1 << 20
    let full = try TemporaryDirectory(
      weights: tiny, configuration: String(repeating: " ", count: limit))
    #expect(try CheckpointDirectory(contentsOf: full.url).configuration.count == limit)
    let over = try TemporaryDirectory(
      weights: tiny, configuration: String(repeating: " ", count: limit + 1))
    let error = open(over.url)
    #expect(error?.name == "notReadable")
    #expect(error?.description.contains("\(limit + 1) bytes") == true)
  }

  @Test(arguments: ["model.safetensors", "config.json", "model.safetensors.index.json"])
  func `a directory or device in the place of a file is a typed error`(name: String) throws {
    for isDirectory in [true, false] {
      let directory = try TemporaryDirectory(weights: tiny)
      if name.contains("index") {
        try FileManager.default.removeItem(at: directory.url.appending(path: "model.safetensors"))
      } else {
        try FileManager.default.removeItem(at: directory.url.appending(path: name))
      }
      if isDirectory {
        try FileManager.default.createDirectory(
          at: directory.url.appending(path: name), withIntermediateDirectories: false)
      } else {
        try directory.link(name, to: "/dev/null")
      }
      let error = open(directory.url)
      #expect(error?.name == "notReadable")
      #expect(error?.description.contains("regular file") == true)
    }
  }

  @Test(arguments: [
    "model.safetensors", "config.json", "model.safetensors.index.json", "a.safetensors",
  ])
  func `a FIFO is a typed error and does not wait for a writer`(name: String) throws {
    let directory = try TemporaryDirectory(
      shards: ["a.safetensors": tiny], index: #"{"weight_map":{"t":"a.safetensors"}}"#)
    let url = directory.url.appending(path: name)
    // The whole file goes before the shards, and is not there.
    try? FileManager.default.removeItem(at: url)
    // SAFETY: the path is a NUL-terminated copy that lives for the call.
    try #require(unsafe mkfifo(url.path(percentEncoded: false), 0o600) == 0)
    #expect(open(directory.url)?.name == "notReadable")
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func `a file without permission is a typed error`() throws {
    let directory = try TemporaryDirectory(weights: tiny)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0],
      ofItemAtPath: directory.url.appending(path: "model.safetensors").path(percentEncoded: false))
    #expect(open(directory.url)?.name == "notReadable")
  }

  @Test func `every truncation of a file is a typed error`() throws {
    for count in tiny.indices {
      let directory = try TemporaryDirectory(weights: Array(tiny[..<count]))
      let error = open(directory.url)
      #expect(error?.name == "malformedHeader" || error?.name == "malformedTensor")
      #expect(error?.description.contains("model.safetensors") == true)
    }
  }
}
