package import Foundation

/// Lists of prompts: JSON Lines with `text`, or `base64` for what is no text, and, if wanted, `id`
/// (default: `line-N`) and `category` (default: `prompts`). Other keys are passed over.
package enum PromptFile {
  /// The most prompts of a list.
  package static let countLimit = 10_000
  /// The category of prompts that name none.
  package static let defaultCategory = "prompts"
  /// The most bytes of a name or a category.
  private static let nameLimit = 200

  /// The prompts that come with the program; `Prompts/README.md` says where they are from.
  ///
  /// - Throws: `PromptFileError`.
  package static func builtIn() throws(PromptFileError) -> [BenchmarkPrompt] {
    try prompts(parsing: Data(PackageResources.prompts_jsonl), file: "the built-in prompts")
  }

  /// Reads a list of prompts, in order; empty lines are passed over.
  ///
  /// - Parameters:
  ///   - data: JSON Lines, from anywhere.
  ///   - file: what errors call it.
  /// - Throws: `PromptFileError`.
  package static func prompts(
    parsing data: Data, file: String
  ) throws(PromptFileError) -> [BenchmarkPrompt] {
    var prompts: [BenchmarkPrompt] = []
    var names: Set<String> = []
    var number = 0
    for line in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      guard !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { continue }
      guard prompts.count < countLimit else { throw .tooMany(file: file, limit: countLimit) }
      let prompt = try prompt(line, index: prompts.count, file: file, number: number)
      guard names.insert(prompt.id).inserted else {
        throw .repeatedName(file: file, line: number, name: prompt.id)
      }
      prompts.append(prompt)
    }
    guard !prompts.isEmpty else { throw .empty(file: file) }
    return prompts
  }

  /// The bytes of a line that needs no name, as those of a list of continuations.
  ///
  /// - Parameter number: of the line, for errors.
  package static func bytes(
    ofLine line: Data, number: Int, file: String
  ) throws(PromptFileError) -> [UInt8] {
    func malformed(_ reason: String) -> PromptFileError {
      .malformedLine(file: file, line: number, reason: reason)
    }
    return Array(try bytes(of: entry(line, malformed), malformed))
  }

  private struct Entry: Decodable {
    let id: String?
    let category: String?
    let text: String?
    let base64: String?
  }

  private static func prompt(
    _ line: Data, index: Int, file: String, number: Int
  ) throws(PromptFileError) -> BenchmarkPrompt {
    func malformed(_ reason: String) -> PromptFileError {
      .malformedLine(file: file, line: number, reason: reason)
    }
    let entry = try entry(line, malformed)
    let id = entry.id ?? "line-\(number)"
    let category = entry.category ?? defaultCategory
    for (key, value) in [("id", id), ("category", category)] {
      guard (1...nameLimit).contains(value.utf8.count), !value.contains(where: \.isNewline) else {
        throw malformed("\(key) must be one line of 1 to \(nameLimit) bytes")
      }
    }
    return BenchmarkPrompt(
      index: index, id: id, category: category, bytes: try bytes(of: entry, malformed))
  }

  private static func entry(
    _ line: Data, _ malformed: (String) -> PromptFileError
  ) throws(PromptFileError) -> Entry {
    guard let entry = try? JSONDecoder().decode(Entry.self, from: line) else {
      throw malformed("it is not a JSON object with texts in it")
    }
    return entry
  }

  private static func bytes(
    of entry: Entry, _ malformed: (String) -> PromptFileError
  ) throws(PromptFileError) -> Data {
    switch (entry.text, entry.base64) {
    case (let text?, nil): return Data(text.utf8)
    case (nil, let base64?):
      guard let decoded = Data(base64Encoded: base64) else {
        throw malformed("base64 is not base64")
      }
      return decoded
    case (nil, nil): throw malformed("it has neither text nor base64")
    case (_?, _?): throw malformed("it has both text and base64")
    }
  }
}

/// Why a list of prompts cannot be used.
package enum PromptFileError: Error, Equatable, Sendable {
  /// A line is no prompt.
  case malformedLine(file: String, line: Int, reason: String)
  /// Two prompts have one name.
  case repeatedName(file: String, line: Int, name: String)
  /// There is no prompt at all.
  case empty(file: String)
  /// There are more prompts than a benchmark takes.
  case tooMany(file: String, limit: Int)
}

extension PromptFileError: CustomStringConvertible {
  /// What is wrong and what to do about it.
  package var description: String {
    switch self {
    case .malformedLine(let file, let line, let reason):
      "\(file), line \(line): \(reason); "
        + "give a line like {\"id\": \"a\", \"category\": \"verse\", \"text\": \"It was\"}"
    case .repeatedName(let file, let line, let name):
      "\(file), line \(line): there is a prompt named \(name) already; give each its own name"
    case .empty(let file):
      "\(file) has no prompt; give at least one"
    case .tooMany(let file, let limit):
      "\(file) has more than \(limit) prompts; give fewer"
    }
  }
}
