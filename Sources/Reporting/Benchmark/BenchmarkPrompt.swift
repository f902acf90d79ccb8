package import Foundation

/// A prompt that a benchmark decoded.
package struct BenchmarkPrompt: Sendable, Equatable, Codable {
  /// Its place among all prompts, those of other shards included; the first is 0.
  package var index: Int
  /// Its name; no two prompts share one.
  package var id: String
  /// The kind of text.
  package var category: String
  /// Its bytes; base64 in the file.
  package var bytes: Data

  /// Names a prompt.
  package init(index: Int, id: String, category: String, bytes: Data) {
    self.index = index
    self.id = id
    self.category = category
    self.bytes = bytes
  }

  private enum CodingKeys: String, CodingKey {
    case index, id, category
    case bytes = "base64"
  }
}
