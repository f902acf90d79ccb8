import Foundation
import SpecDecodeTokenizer

/// The tokenizer of the bundled drafter, and what Hugging Face `tokenizers` makes of some strings
/// with it.
enum BundledTokenizer {
  struct Vector: Decodable, Sendable {
    let text: String
    let ids: [Int32]
    let decoded: String
  }

  static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/BundledModels/Models/drafter/tokenizer.json")

  static let loaded = Result { try BPETokenizer(contentsOf: file) }

  static func vectors() throws -> [Vector] {
    let file = URL(filePath: #filePath)
      .deletingLastPathComponent().appending(path: "Fixtures/bundled.vectors.json")
    return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
  }
}
