import SpecDecodeCommands
import Testing

struct CommandLineParserTests {
  private static let command = CommandSpecification(
    name: "paint", summary: "", arguments: ["WALL"],
    options: [
      CommandSpecification.Option("--colour", "NAME", ""),
      CommandSpecification.Option("--fast", nil, ""),
    ])

  private static func parse(_ arguments: String...) throws(UsageError) -> ParsedArguments {
    try CommandLineParser.parse(arguments.map { Array($0.utf8) }[...], for: command)
  }

  @Test func `a value is taken apart or joined`() throws {
    #expect(try Self.parse("--colour", "red", "north") == Self.parse("north", "--colour=red"))
  }

  @Test func `a value may look like a number below zero or a dash`() throws {
    #expect(throws: Never.self) { try Self.parse("--colour", "-5", "north") }
    #expect(throws: Never.self) { try Self.parse("--colour", "-", "-") }
    #expect(throws: Never.self) { try Self.parse("--colour=--fast", "north") }
  }

  @Test func `two dashes end the options`() throws {
    #expect(throws: Never.self) { try Self.parse("--", "--fast") }
    #expect(throws: UsageError.missingArgument(name: "WALL", command: "paint")) {
      try Self.parse("--fast")
    }
  }

  @Test func `an option in place of a value is a missing value`() {
    #expect(throws: UsageError.missingValue(option: "--colour", value: "NAME")) {
      try Self.parse("--colour", "--fast", "north")
    }
  }

  @Test func `a slip brings a suggestion and nonsense brings none`() {
    #expect(
      throws: UsageError.unknownOption(
        name: "--color", command: "paint", suggestion: "--colour")
    ) { try Self.parse("--color", "red", "north") }
    #expect(
      throws: UsageError.unknownOption(name: "--xyzzy", command: "paint", suggestion: nil)
    ) { try Self.parse("--xyzzy", "north") }
  }

  @Test func `help needs nothing else`() throws {
    #expect(try Self.parse("--help").wantsHelp)
    #expect(try Self.parse("-h").wantsHelp)
    #expect(try !Self.parse("north").wantsHelp)
  }

  @Test func `a second argument is refused by its text`() {
    #expect(
      throws: UsageError.unexpectedArgument(
        value: "south", command: "paint", remedy: "paint takes WALL")
    ) { try Self.parse("north", "south") }
  }
}
