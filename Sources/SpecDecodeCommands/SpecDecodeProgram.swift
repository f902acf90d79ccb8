import Foundation
import Kernels
import SpecDecodePlatform

/// The program `specdecode`.
public enum SpecDecodeProgram {
  /// The program's version.
  package static let version = "0.2.0"

  static var commands: [any Command.Type] {
    [
      RunCommand.self, BenchCommand.self, ReportCommand.self, PredictCommand.self,
      EvalCommand.self, ScoreCommand.self, InspectCommand.self, LogitsCommand.self,
      TokenizeCommand.self,
      TokenizerTrainCommand.self, ConvertCommand.self,
      QuantizeCommand.self, SelfTestCommand.self, CompletionsCommand.self, VersionCommand.self,
    ]
  }

  /// Does what the process's command line says.
  ///
  /// - Returns: the exit code: 0, 1, 64, or 128 and the number of a signal.
  public static func run() -> Int32 {
    run(arguments: ProcessArguments.bytes)
  }

  /// Does what a command line says.
  ///
  /// - Parameter arguments: without the program's name, as raw bytes.
  /// - Returns: the exit code: 0, 1, 64, or 128 and the number of a signal.
  package static func run(arguments: [[UInt8]]) -> Int32 {
    // A closed pipe and a file at the limit of its size are errors of the write.
    Signals.ignore(SIGPIPE)
    Signals.ignore(SIGXFSZ)
    // First of all: what opens a file would be given the number of a closed stream.
    let streams = StandardStreams.fillClosed()
    // The runtime would print a backtrace of a program that is well, and let it go on.
    let quit = Signals.source(of: SIGQUIT) { Signals.exit(SIGQUIT) }
    return withExtendedLifetime((streams, quit)) {
      exitCode(of: arguments).value
    }
  }

  private static func exitCode(of arguments: [[UInt8]]) -> ExitCode {
    do {
      return try dispatch(arguments)
    } catch CommandError.closedPipe {
      return .success
    } catch CommandError.interrupted(let signal) {
      StandardError.say("specdecode: interrupted\n")
      return .interrupted(signal: signal)
    } catch let error as UsageError {
      let topic =
        CommandTable.find(arguments[...], in: commands)
        .map { " \($0.command.specification.name)" } ?? ""
      StandardError.say(
        "specdecode: error: \(error)\nSee \"specdecode help\(topic)\".\n")
      return .usage
    } catch {
      StandardError.say("specdecode: error: \(error)\n")
      return .failure
    }
  }

  private static func dispatch(_ arguments: [[UInt8]]) throws -> ExitCode {
    guard let first = arguments.first else {
      StandardError.write(HelpText.general(commands.map { $0.specification }))
      return .usage
    }
    let name = String(decoding: first, as: UTF8.self)
    switch name {
    case "help", "--help", "-h": return try help(on: arguments.dropFirst())
    case "--version", "-v":
      return try dispatch([Array("version".utf8)] + arguments.dropFirst())
    default: break
    }
    let found = try CommandTable.require(arguments[...], in: commands)
    let parsed = try CommandLineParser.parse(found.rest, for: found.command.specification)
    if parsed.wantsHelp { return try printHelp(found.command.specification) }
    return try found.command.run(parsed)
  }

  private static func help(on topics: ArraySlice<[UInt8]>) throws -> ExitCode {
    let topic = topics.first.map { String(decoding: $0, as: UTF8.self) }
    guard let topic, topic != "--help", topic != "-h" else {
      try StandardOutput.write(Array(HelpText.general(commands.map { $0.specification }).utf8))
      return .success
    }
    return try printHelp(CommandTable.require(topics, in: commands).command.specification)
  }

  private static func printHelp(_ command: CommandSpecification) throws -> ExitCode {
    try StandardOutput.write(Array(HelpText.command(command).utf8))
    return .success
  }
}
