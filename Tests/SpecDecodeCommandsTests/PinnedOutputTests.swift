import Foundation
import SpecDecodeCommands
import SpecDecodePlatform
import Testing

/// The bundled pair's output, by the table that users are promised.
struct PinnedOutputTests {
  private static let documents = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")

  @Test(arguments: ["0", "0.7", "1"])
  func `the output of this version is the one in the table`(temperature: String) throws {
    let prompts = try String(
      contentsOf: Self.documents.appending(path: "output-prompts.txt"), encoding: .utf8)
    var digest = SHA256()
    for prompt in prompts.split(separator: "\n") {
      let result = try Executable.run([
        "run", "--prompt", String(prompt), "--temperature", temperature, "--seed", "1",
        "--max-bytes", "200", "--quiet",
      ])
      #expect(result.code == 0)
      digest.update(result.output)
    }
    let hash = try #require(try line(ofVersion: SpecDecodeProgram.version)[temperature])
    #expect(SHA256.hex(digest.finalize()) == hash)
  }

  /// The hashes of a version by temperature.
  private func line(ofVersion version: String) throws -> [String: String] {
    let table = try String(
      contentsOf: Self.documents.appending(path: "output.md"), encoding: .utf8)
    let lines = table.split(separator: "\n").filter { $0.hasPrefix("| \(version) |") }
    try #require(lines.count == 1)
    let hashes = lines[0].split(separator: "`").filter { $0.count == 64 }.map(String.init)
    try #require(hashes.count == 3)
    return ["0": hashes[0], "0.7": hashes[1], "1": hashes[2]]
  }
}
