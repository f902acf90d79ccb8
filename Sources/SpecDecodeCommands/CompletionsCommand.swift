/// `specdecode completions`: what a shell needs to complete command lines, from the table of options.
enum CompletionsCommand: Command {
  static let help = CommandSpecification(
    name: "completions",
    summary: "print what bash, zsh or fish need to complete command lines",
    arguments: ["SHELL"],
    examples: [
      .init("in bash, for this session", "eval \"$(specdecode completions bash)\""),
      .init("in zsh", "eval \"$(specdecode completions zsh)\""),
      .init("in fish", "specdecode completions fish | source"),
    ])

  struct Request: CommandRequest {
    let shell: String

    init(_ options: OptionReader) throws(UsageError) {
      shell = try options.paths()[0]
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    let commands = SpecDecodeProgram.commands.map { $0.specification }
    let script =
      switch request.shell {
      case "bash": bash(commands)
      // zsh reads what bash does.
      case "zsh": "autoload -Uz bashcompinit && bashcompinit\n" + bash(commands)
      case "fish": fish(commands)
      default:
        throw UsageError.invalidValue(
          option: "SHELL", value: request.shell, remedy: "bash, zsh or fish")
      }
    try StandardOutput.write(Array(script.utf8))
    return .success
  }

  /// Options where a word begins with a dash, commands where the first word is typed, else files.
  private static func bash(_ commands: [CommandSpecification]) -> String {
    let cases = commands.map { command in
      "    \"\(command.name) \"*) options=\"\(names(of: command).joined(separator: " "))\" ;;\n"
    }.joined()
    return """
      _specdecode() {
        local word=${COMP_WORDS[COMP_CWORD]} line="${COMP_WORDS[*]:1}" options=
        case $line in
      \(cases)  esac
        if [ "$COMP_CWORD" = 1 ]; then
          COMPREPLY=($(compgen -W "\(words(commands).joined(separator: " ")) help" -- "$word"))
        elif [ "${word#-}" != "$word" ]; then
          COMPREPLY=($(compgen -W "$options --help" -- "$word"))
        else
          COMPREPLY=($(compgen -f -- "$word"))
        fi
      }
      complete -o filenames -F _specdecode specdecode

      """
  }

  private static func fish(_ commands: [CommandSpecification]) -> String {
    func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "\\\\'"))'" }
    var lines = commands.map { command in
      "complete -c specdecode -n __fish_use_subcommand -a \(command.name.prefix { $0 != " " }) "
        + "-d \(quoted(command.summary))"
    }
    for command in commands {
      for option in command.options {
        let forms = option.names.map { name in
          name.hasPrefix("--")
            ? "-l \(name.dropFirst(2))"
            : name.count == 2
              ? "-s \(name.dropFirst())"
              : "-o \(name.dropFirst())"
        }
        lines.append(
          "complete -c specdecode -n '__fish_seen_subcommand_from "
            + "\(command.name.prefix { $0 != " " })' \(forms.joined(separator: " "))"
            + (option.value == nil ? "" : " -r") + " -d \(quoted(option.help))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func names(of command: CommandSpecification) -> [String] {
    command.options.flatMap(\.names)
  }

  private static func words(_ commands: [CommandSpecification]) -> [String] {
    commands.map { String($0.name.prefix { $0 != " " }) }
  }
}
