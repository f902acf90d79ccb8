/// Finds a command by the words that a command line begins with. The name of a command in a group
/// is two words: the group's and its own.
enum CommandTable {
  /// A command and the arguments behind its name.
  typealias Entry = (command: any Command.Type, rest: ArraySlice<[UInt8]>)

  /// The command that arguments name, nil when they name none.
  static func find(
    _ arguments: ArraySlice<[UInt8]>, in commands: [any Command.Type]
  ) -> Entry? {
    for command in commands {
      let words = words(of: command)
      if arguments.starts(with: words.map { Array($0.utf8) }) {
        return (command, arguments.dropFirst(words.count))
      }
    }
    return nil
  }

  /// The command that arguments name.
  ///
  /// - Throws: `UsageError.unknownCommand`, or `.missingArgument` when a group is named alone.
  static func require(
    _ arguments: ArraySlice<[UInt8]>, in commands: [any Command.Type]
  ) throws(UsageError) -> Entry {
    if let entry = find(arguments, in: commands) { return entry }
    let given = arguments.prefix(2).map { String(decoding: $0, as: UTF8.self) }
    let members = commands.map(words).filter { $0.count > 1 && $0.first == given.first }
    if !members.isEmpty, given.count < 2 || given[1].hasPrefix("-") {
      throw .missingArgument(
        name: "a command of its own: " + members.map { $0[1] }.joined(separator: ", "),
        command: given[0])
    }
    let name = members.isEmpty ? given.first ?? "" : given.joined(separator: " ")
    throw .unknownCommand(
      name: name,
      suggestion: EditDistance.suggestion(
        for: name, among: commands.map { $0.specification.name } + ["help"]))
  }

  private static func words(of command: any Command.Type) -> [String] {
    command.specification.name.split(separator: " ").map(String.init)
  }
}
