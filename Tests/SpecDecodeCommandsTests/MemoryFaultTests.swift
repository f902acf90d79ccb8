#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// Needs that no memory meets: said before anything is allocated, with both numbers.
  ///
  /// A limit of the address space stands for a machine with little memory.
  @Suite(.enabled(if: !Sanitizer.isActive))
  struct MemoryFaultTests {
    /// 3 GiB.
    private static let limit = 3 << 20

    private static func run(_ arguments: [String]) throws -> Executable.Outcome {
      try Executable.run(
        ["-c", "ulimit -v \(limit); exec \"$0\" \"$@\"", try Executable.url().path] + arguments,
        program: URL(filePath: "/bin/sh"))
    }

    @Test(arguments: ["inspect", "logits", "run"])
    func `a model larger than the memory is refused with need and limit`(command: String) throws {
      let models = try TinyModels()
      let folder = models.url.appending(path: "verifier")
      // A sparse file of 4 GiB.
      let shape = "\"shape\":[256,\(1 << 23)]"
      let header =
        #"{"backbone.embeddings.weight":{"dtype":"BF16",\#(shape),"data_offsets":[0,4294967296]}}"#
      let file = folder.appending(path: "model.safetensors")
      try Data((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) })
        .write(to: file)
      let handle = try FileHandle(forUpdating: file)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(header.utf8))
      try handle.truncate(atOffset: UInt64(8 + header.utf8.count + (4 << 30)))
      try handle.close()
      let text = try models.write([1], to: "text")
      let outcome = try Self.run(
        command == "run"
          ? models.run("--prompt", "a")
          : command == "inspect"
            ? ["inspect", folder.path]
            : [
              "logits", "--model", folder.path, "--input", text, "--output", models.path("out"),
            ])
      #expect(outcome.code == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.error.contains("4096 MiB of memory, but "), "\(outcome.error)")
      #expect(outcome.error.contains("(ulimit -v)"), "\(outcome.error)")
    }

    @Test func `logits larger than the memory are refused before they are computed`() throws {
      let models = try TinyModels()
      let text = try models.write([UInt8](repeating: 7, count: 1_200_000), to: "text")
      let outcome = try Self.run([
        "logits", "--model", models.path("verifier"), "--input", text,
        "--output", models.path("out"),
      ])
      #expect(outcome.code == 1)
      #expect(outcome.error.contains("take 3515 MiB of memory, but only"), "\(outcome.error)")
      #expect(!FileManager.default.fileExists(atPath: models.path("out")))
    }
  }
#endif
