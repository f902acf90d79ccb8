import Foundation

/// Prompts cut from a text, at even distances.
package enum PromptSlices {
  /// Bytes of a prompt.
  private static let length = 256

  /// Prompts of 256 bytes.
  ///
  /// - Parameters:
  ///   - path: of the text.
  ///   - argument: the command-line argument that gave the path.
  /// - Throws: `ArgumentError` when the text is shorter than all prompts together; what reading
  ///   the file throws.
  package static func prompts(
    ofTextAt path: String, argument: String, count: Int
  ) throws -> [[UInt8]] {
    let text = try Data(contentsOf: URL(filePath: path))
    guard text.count / length >= count else {
      throw ArgumentError.invalid(
        name: argument, value: path,
        remedy: "a file of at least \(count * length) bytes, or fewer prompts")
    }
    return (0..<count).map { index in
      let start = (text.count - length) / count * index
      return Array(text[start..<start + length])
    }
  }
}
