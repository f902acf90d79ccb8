import BundledModels
import Checkpoint
import Foundation
import Mamba
import Testing

@Suite struct ModelCardTests {
  @Test(arguments: ["verifier", "drafter"])
  func `the card names the fingerprint of the model that is bundled`(name: String) throws {
    let pair = try BundledModels.pair()
    let folder = name == "verifier" ? pair.verifier : pair.drafter
    let card = try String(
      contentsOf: folder.deletingLastPathComponent().appending(path: "README.md"),
      encoding: .utf8)
    let fingerprint = try ModelFingerprint(of: CheckpointDirectory(contentsOf: folder)).description
    let row = card.split(separator: "\n").first { $0.hasPrefix("| \(name) | `") }
    #expect(row == "| \(name) | `\(fingerprint)` |")
  }

  @Test func `the pair takes at most 33 MB`() throws {
    let folder = try BundledModels.pair().verifier.deletingLastPathComponent()
    let files = FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: [.fileSizeKey, .isRegularFileKey])
    var sum = 0
    while let file = files?.nextObject() as? URL {
      let values = try file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
      if values.isRegularFile == true { sum += values.fileSize ?? 0 }
    }
    #expect((1...33_000_000).contains(sum))
  }
}
