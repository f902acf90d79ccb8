import Foundation

/// The options and arguments of a command, names checked, values not yet looked at.
package struct ParsedArguments: Sendable, Equatable {
  /// The command they belong to.
  package let command: CommandSpecification
  /// Values by option; bytes, since a prompt need not be text.
  private(set) var values: [String: [[UInt8]]] = [:]
  /// The flags that were given.
  private(set) var flags: Set<String> = []
  /// What is no option, in order.
  private(set) var positionals: [[UInt8]] = []
  /// Whether `-h` or `--help` was given.
  package private(set) var wantsHelp = false

  init(command: CommandSpecification) {
    self.command = command
  }

  mutating func setHelp() {
    wantsHelp = true
  }

  mutating func set(_ flag: String) throws(UsageError) {
    guard flags.insert(flag).inserted else { throw .repeatedOption(name: flag) }
  }

  mutating func set(_ option: String, to value: [UInt8]) throws(UsageError) {
    guard values[option] == nil || command.option(named: option)?.repeats == true else {
      throw .repeatedOption(name: option)
    }
    values[option, default: []].append(value)
  }

  mutating func append(_ positional: [UInt8]) throws(UsageError) {
    guard positionals.count < command.arguments.count || command.repeatsLastArgument else {
      throw .unexpectedArgument(
        value: String(decoding: positional, as: UTF8.self), command: command.name,
        remedy: command.arguments.isEmpty
          ? "\(command.name) takes options only"
          : "\(command.name) takes \(command.arguments.joined(separator: " "))")
    }
    positionals.append(positional)
  }

  func requirePositionals() throws(UsageError) {
    guard positionals.count >= command.arguments.count else {
      throw .missingArgument(
        name: command.arguments[positionals.count], command: command.name)
    }
  }
}
