import Measuring
import Testing

struct ArgumentsTests {
  private func parse(_ arguments: String...) throws(ArgumentError) -> Arguments {
    try Arguments(arguments, options: ["--threads", "--shapes"], flags: ["--json"])
  }

  @Test func `options, flags and positionals are told apart`() throws {
    let arguments = try parse("model", "--threads", "1,2", "--json", "other")
    #expect(arguments.positionals == ["model", "other"])
    #expect(try arguments.integers("--threads", in: 1...4, default: [4]) == [1, 2])
    #expect(arguments.has("--json"))
  }

  @Test func `what was not given has its default`() throws {
    let arguments = try parse()
    #expect(try arguments.integer("--threads", in: 1...4, default: 3) == 3)
    #expect(try arguments.choices("--shapes", of: ["a", "b"], name: \.self) == ["a", "b"])
    #expect(!arguments.has("--json"))
  }

  @Test(arguments: ["0", "5", "two", "", "1,,2"])
  func `a number out of range is refused with the option's name`(text: String) throws {
    let arguments = try parse("--threads", text)
    let error = #expect(throws: ArgumentError.self) {
      try arguments.integers("--threads", in: 1...4, default: [1])
    }
    #expect(error?.description.contains("--threads") == true)
  }

  @Test func `a choice that there is not is refused`() throws {
    let arguments = try parse("--shapes", "a,c")
    #expect(throws: ArgumentError.invalid(name: "--shapes", value: "a,c", remedy: "any of a,b")) {
      try arguments.choices("--shapes", of: ["a", "b"], name: \.self)
    }
  }

  @Test func `one choice is one, and no list`() throws {
    let arguments = try parse("--shapes", "b")
    #expect(try arguments.choice("--shapes", of: ["a", "b"], name: \.self) == "b")
    #expect(try arguments.choice("--threads", of: ["a", "b"], name: \.self) == nil)
    let list = try parse("--shapes", "a,b")
    #expect(throws: ArgumentError.invalid(name: "--shapes", value: "a,b", remedy: "one of a, b")) {
      try list.choice("--shapes", of: ["a", "b"], name: \.self)
    }
  }

  @Test func `unknown, repeated and unfinished options are refused`() {
    #expect(
      throws: ArgumentError.unknown(
        name: "--thread", known: ["--json", "--shapes", "--threads"])
    ) { try parse("--thread", "1") }
    #expect(throws: ArgumentError.repeated(name: "--threads")) {
      try parse("--threads", "1", "--threads", "2")
    }
    #expect(throws: ArgumentError.missing(name: "a value of --threads")) { try parse("--threads") }
  }
}
