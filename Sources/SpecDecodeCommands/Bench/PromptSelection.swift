import Foundation
import Reporting

/// The prompts of a benchmark.
enum PromptSelection {
  private static let fileLimit = 256 << 20
  private static let promptLimit = 16 << 20

  /// All prompts of a list or a folder; the built-in ones for nil.
  static func prompts(of path: String?) throws -> [BenchmarkPrompt] {
    guard let path else { return try PromptFile.builtIn() }
    guard FileOutput.isFolder(path) else {
      let bytes = try FileInput.jsonBytes(of: path, limit: fileLimit, opening: "{")
      return try PromptFile.prompts(
        parsing: Data(bytes), file: FileInput.name(of: path))
    }
    return try prompts(inFolder: path)
  }

  /// Each file is a prompt; a folder in the folder is a category. What begins with a point is
  /// passed over.
  private static func prompts(inFolder path: String) throws -> [BenchmarkPrompt] {
    var prompts: [BenchmarkPrompt] = []
    func append(_ name: String, category: String) throws {
      guard prompts.count < PromptFile.countLimit else {
        throw PromptFileError.tooMany(file: path, limit: PromptFile.countLimit)
      }
      try FileInput.requireRegular("\(path)/\(name)", limit: promptLimit)
      let bytes = try FileInput.bytes(of: "\(path)/\(name)", limit: promptLimit)
      prompts.append(
        BenchmarkPrompt(index: prompts.count, id: name, category: category, bytes: Data(bytes)))
    }
    for name in try names(in: path) {
      if FileOutput.isFolder("\(path)/\(name)") {
        for inner in try names(in: "\(path)/\(name)")
        where !FileOutput.isFolder("\(path)/\(name)/\(inner)") {
          try append("\(name)/\(inner)", category: name)
        }
      } else {
        try append(name, category: PromptFile.defaultCategory)
      }
    }
    guard !prompts.isEmpty else { throw PromptFileError.empty(file: path) }
    return prompts
  }

  private static func names(in path: String) throws(CommandError) -> [String] {
    try FileInput.names(inFolder: path).filter { !$0.hasPrefix(".") }
  }
}
