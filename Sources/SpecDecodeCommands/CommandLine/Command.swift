/// One subcommand of the program.
protocol Command {
  /// What its command line asks for.
  associatedtype Request: CommandRequest

  /// Its name and help, all but the options, which the request declares.
  static var help: CommandSpecification { get }

  /// Does it. What goes wrong is thrown; how it ended otherwise is returned.
  static func run(_ request: Request) throws -> ExitCode
}

/// What a command line asks for: each option is declared where its value is read.
protocol CommandRequest {
  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError)
}

extension Command {
  /// Its name, options and help.
  static var specification: CommandSpecification {
    let reader = OptionReader(declaring: help)
    // Without a command line there is no value to refuse.
    _ = try? Request(reader)
    return help.adding(reader.declared)
  }

  /// Does what a command line says.
  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    try run(Request(OptionReader(reading: arguments)))
  }
}
