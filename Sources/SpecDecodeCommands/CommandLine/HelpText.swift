import Reporting

/// What `help` and `--help` print.
enum HelpText {
  /// The overview.
  static func general(_ commands: [CommandSpecification]) -> String {
    let width = (commands.map(\.name.count).max() ?? 0) + 2
    let list = commands.map { "  \(NumberText.padded($0.name, to: width))\($0.summary)\n" }.joined()
    return """
      specdecode: text from a byte-level model, faster and not one byte different

      usage: specdecode COMMAND [OPTIONS]

      \(list)
      Start with
        specdecode run                                write with the bundled models
        specdecode run --prompt "It was a dark and"   continue a text of yours
        specdecode help run                           every option of a command

      environment
        SPECDECODE_MODELS   a folder with drafter/ and verifier/ to use as the bundled models
        SPECDECODE_ISA      the kernels to use: scalar, avx2, avxvnni, avx512, avx512vnni,
                            neon or neondot
        NO_COLOR            set to anything: no colours

      exit status: 0 done; 1 something failed; 64 the command line is wrong; 129, 130, 131, 143
      ended by a hang-up, Ctrl-C, Ctrl-\\, TERM

      """
  }

  /// All about one command.
  static func command(_ command: CommandSpecification) -> String {
    var sections = ["\(command.summary)\n\n\(usage(of: command))"]
    if !command.options.isEmpty { sections.append("options\n\(table(of: command))") }
    if !command.discussion.isEmpty { sections.append(command.discussion) }
    if !command.examples.isEmpty {
      let lines = command.examples.map { "  \($0.purpose)\n    \($0.command)" }
      sections.append("examples\n" + lines.joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func usage(of command: CommandSpecification) -> String {
    let options = command.options.isEmpty ? [] : ["[OPTIONS]"]
    let more = command.repeatsLastArgument ? ["…"] : []
    return (["usage: specdecode", command.name] + command.arguments + more + options)
      .joined(separator: " ")
  }

  private static func table(of command: CommandSpecification) -> String {
    let rows =
      command.options.map { option in
        (
          ([option.name] + option.names.filter { !$0.hasPrefix("--") }).joined(separator: ", ")
            + (option.value.map { " \($0)" } ?? ""),
          option.help
        )
      } + [("--help, -h", "this text")]
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    return rows.map { "  \(NumberText.padded($0.0, to: width))\($0.1)" }.joined(separator: "\n")
  }
}
