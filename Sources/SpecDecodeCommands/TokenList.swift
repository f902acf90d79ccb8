import Foundation

/// Token ids from a JSON file: one flat list of whole numbers.
struct TokenList: Equatable {
  /// The ids, in order.
  let ids: [Int32]

  /// Reads a file; `-` is standard input.
  init(contentsOf path: String) throws(CommandError) {
    let bytes = try FileInput.jsonBytes(of: path, opening: "[")
    do {
      ids = try JSONDecoder().decode([Int32].self, from: Data(bytes))
    } catch {
      throw .unexpectedContents(
        path: FileInput.name(of: path), found: "is not a JSON list of token ids",
        remedy: "give something like [42, 7, 1013]")
    }
  }
}
