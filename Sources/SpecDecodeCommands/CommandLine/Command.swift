/// One subcommand of the program.
protocol Command {
  /// Its name, options and help.
  static var specification: CommandSpecification { get }

  /// Does it. What goes wrong is thrown; how it ended otherwise is returned.
  static func run(_ arguments: ParsedArguments) throws -> ExitCode
}
