/// The options and arguments of a command, names checked, values not yet looked at.
package struct ParsedArguments: Sendable, Equatable {
  /// The command they belong to.
  package let command: CommandSpecification
  /// Values by the first name of their option; bytes, since a prompt need not be text. A flag that
  /// was given has an empty one.
  package fileprivate(set) var values: [String: [[UInt8]]] = [:]
  /// What is no option, in order.
  package fileprivate(set) var positionals: [[UInt8]] = []
  /// Whether `-h` or `--help` was given.
  package fileprivate(set) var wantsHelp = false

  /// Nothing but a command.
  init(command: CommandSpecification) {
    self.command = command
  }
}

/// Reads `--name value`, `--name=value`, `-n value`, flags and arguments by a command's table.
package enum CommandLineParser {
  /// Sorts what follows the name of a command.
  ///
  /// `--` ends the options. `-` alone is a value or an argument.
  package static func parse(
    _ arguments: ArraySlice<[UInt8]>, for command: CommandSpecification
  ) throws(UsageError) -> ParsedArguments {
    var parsed = ParsedArguments(command: command)
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == Array("--".utf8) {
        for positional in rest { try parsed.append(positional) }
        rest = []
      } else if argument.first == UInt8(ascii: "-"), argument.count > 1 {
        try parseOption(argument, rest: &rest, into: &parsed)
      } else {
        try parsed.append(argument)
      }
    }
    guard parsed.wantsHelp || parsed.positionals.count >= command.requiredArgumentCount else {
      throw .missingArgument(
        name: command.arguments[parsed.positionals.count] + command.argumentNote,
        command: command.name)
    }
    return parsed
  }

  private static func parseOption(
    _ argument: [UInt8], rest: inout ArraySlice<[UInt8]>, into parsed: inout ParsedArguments
  ) throws(UsageError) {
    let (name, attached) = split(argument)
    if name == "-h" || name == "--help" { return parsed.wantsHelp = true }
    guard let option = parsed.command.option(named: name) else {
      throw .unknownOption(
        name: name, command: parsed.command.name,
        suggestion: replacement(of: name, in: parsed.command)
          ?? EditDistance.suggestion(
            for: name, among: parsed.command.options.flatMap(\.names) + ["--help"]))
    }
    if option.value == nil, let attached {
      throw .unexpectedValue(flag: name, value: String(decoding: attached, as: UTF8.self))
    }
    guard parsed.values[option.name] == nil || option.repeats else {
      throw .repeatedOption(name: option.name)
    }
    var value = attached
    if let expected = option.value, attached == nil {
      guard let next = rest.first, !isOption(next, of: parsed.command) else {
        throw .missingValue(option: name, value: expected)
      }
      value = rest.removeFirst()
    }
    parsed.values[option.name, default: []].append(value ?? [])
  }

  /// What to give for an option of an earlier version.
  private static func replacement(of name: String, in command: CommandSpecification) -> String? {
    guard command.option(named: "--acceptance") != nil else { return nil }
    return switch name {
    case "--beta": "--acceptance top-beta:N"
    case "--resync": "--acceptance top-beta:N:boundary"
    default: nil
    }
  }

  private static func split(_ argument: [UInt8]) -> (name: String, value: [UInt8]?) {
    guard argument.starts(with: "--".utf8), let equals = argument.firstIndex(of: 0x3D) else {
      return (String(decoding: argument, as: UTF8.self), nil)
    }
    let name = String(decoding: argument[..<equals], as: UTF8.self)
    return (name, Array(argument[(equals + 1)...]))
  }

  /// Only what the command knows counts as an option here, so `--prompt -5` and
  /// `--prompt "--- a rule"` are what they look like.
  private static func isOption(_ argument: [UInt8], of command: CommandSpecification) -> Bool {
    let name = split(argument).name
    return command.option(named: name) != nil || name == "--help" || name == "-h"
  }
}

extension ParsedArguments {
  fileprivate mutating func append(_ positional: [UInt8]) throws(UsageError) {
    guard positionals.count < command.arguments.count || command.repeatsLastArgument else {
      throw .unexpectedArgument(
        value: String(decoding: positional, as: UTF8.self), command: command.name,
        remedy: command.arguments.isEmpty
          ? "\(command.name) takes options only"
          : "\(command.name) takes \(command.arguments.joined(separator: " "))")
    }
    positionals.append(positional)
  }
}
