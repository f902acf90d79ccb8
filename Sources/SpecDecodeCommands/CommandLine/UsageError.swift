/// What is wrong with a command line.
package enum UsageError: Error, Equatable, Sendable {
  /// No command has this name.
  case unknownCommand(name: String, suggestion: String?)
  /// The command has no option of this name.
  case unknownOption(name: String, command: String, suggestion: String?)
  /// The option stands at the end, or before another option.
  case missingValue(option: String, value: String)
  /// A flag was given a value.
  case unexpectedValue(flag: String, value: String)
  /// An option that has one value was given twice.
  case repeatedOption(name: String)
  /// A value that the option cannot have.
  case invalidValue(option: String, value: String, remedy: String)
  /// More arguments than the command takes.
  case unexpectedArgument(value: String, command: String, remedy: String)
  /// A required argument or option is missing.
  case missingArgument(name: String, command: String)
  /// Two options that exclude each other.
  case conflict(option: String, other: String, remedy: String)
}

extension UsageError: CustomStringConvertible {
  /// What is wrong and what to write instead.
  package var description: String {
    switch self {
    case .unknownCommand(let name, let suggestion):
      "there is no command \(name)" + Self.proposal(suggestion)
    case .unknownOption(let name, let command, let suggestion):
      "\(command) has no option \(name)" + Self.proposal(suggestion)
    case .missingValue(let option, let value):
      "\(option) needs a value: \(option) \(value); "
        + "a value that looks like an option is given as \(option)=VALUE"
    case .unexpectedValue(let flag, let value):
      "\(flag) takes no value, but was given \(Self.quoted(value)); write \(flag) alone"
    case .repeatedOption(let name):
      "\(name) is given twice; give it once"
    case .invalidValue(let option, let value, let remedy):
      "\(option) cannot be \(value.isEmpty ? "empty" : Self.quoted(value)); give \(remedy)"
    case .unexpectedArgument(let value, _, let remedy):
      "unexpected argument \(Self.quoted(value)); \(remedy)"
    case .missingArgument(let name, let command):
      "\(command) needs \(name)"
    case .conflict(let option, let other, let remedy):
      "\(option) and \(other) exclude each other; \(remedy)"
    }
  }

  private static func proposal(_ suggestion: String?) -> String {
    suggestion.map { "; did you mean \($0)?" } ?? ""
  }

  private static func quoted(_ value: String) -> String {
    "\"\(value.unicodeScalars.prefix(80).map { $0.escaped(asASCII: false) }.joined())\""
  }
}
