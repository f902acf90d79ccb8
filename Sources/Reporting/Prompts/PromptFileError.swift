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
