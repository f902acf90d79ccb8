/// Reads `--name value`, `--name=value`, flags and arguments by a command's table.
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
    if !parsed.wantsHelp { try parsed.requirePositionals() }
    return parsed
  }

  private static func parseOption(
    _ argument: [UInt8], rest: inout ArraySlice<[UInt8]>, into parsed: inout ParsedArguments
  ) throws(UsageError) {
    let (name, attached) = split(argument)
    if name == "-h" || name == "--help" { return parsed.setHelp() }
    guard let option = parsed.command.option(named: name) else {
      throw .unknownOption(
        name: name, command: parsed.command.name,
        suggestion: EditDistance.suggestion(
          for: name, among: parsed.command.options.map(\.name) + ["--help"]))
    }
    guard let value = option.value else {
      if let attached {
        throw .unexpectedValue(flag: name, value: String(decoding: attached, as: UTF8.self))
      }
      return try parsed.set(name)
    }
    if let attached { return try parsed.set(name, to: attached) }
    guard let next = rest.first, !isOption(next, of: parsed.command) else {
      throw .missingValue(option: name, value: value)
    }
    rest.removeFirst()
    try parsed.set(name, to: next)
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
