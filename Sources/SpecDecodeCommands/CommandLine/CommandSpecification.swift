/// What a command takes and what its help says.
package struct CommandSpecification: Sendable, Equatable {
  /// An option, as a line of a table.
  package struct Option: Sendable, Equatable {
    /// With their dashes; the first is that of messages, those with one dash are in the help, too.
    package let names: [String]
    /// What stands for the value in the help; nil for a flag.
    package let value: String?
    /// What it does, and its default.
    package let help: String
    /// Whether it may be given several times.
    package let repeats: Bool

    /// The first of its names.
    package var name: String { names[0] }

    /// A line of the table.
    ///
    /// - Parameter names: with blanks between them.
    package init(
      _ names: String, _ value: String? = nil, _ help: String, repeats: Bool = false
    ) {
      self.names = names.split(separator: " ").map(String.init)
      self.value = value
      self.help = help
      self.repeats = repeats
    }
  }

  /// The word that selects it, or two: a group and the command in it.
  package let name: String
  /// What it does, in one line.
  package let summary: String
  /// The names of its arguments, in order; one in brackets may be left out.
  package let arguments: [String]
  /// What to say when one is missing, beside its name.
  package let argumentNote: String
  /// Whether the last argument may be given several times.
  package let repeatsLastArgument: Bool
  /// Its options.
  package private(set) var options: [Option]
  /// What a newcomer should know: a few short paragraphs.
  package let discussion: String
  /// Command lines, each with what it does.
  package let examples: [Example]

  /// Describes a command; what is left out it does not have.
  package init(
    name: String, summary: String, arguments: [String] = [], argumentNote: String = "",
    repeatsLastArgument: Bool = false, options: [Option] = [], discussion: String = "",
    examples: [Example] = []
  ) {
    self.name = name
    self.summary = summary
    self.arguments = arguments
    self.argumentNote = argumentNote
    self.repeatsLastArgument = repeatsLastArgument
    self.options = options
    self.discussion = discussion
    self.examples = examples
  }

  /// A command line to learn from.
  package struct Example: Sendable, Equatable {
    /// What it does.
    package let purpose: String
    /// What to type.
    package let command: String

    /// A line of the help.
    package init(_ purpose: String, _ command: String) {
      self.purpose = purpose
      self.command = command
    }
  }

  /// How many arguments it needs.
  var requiredArgumentCount: Int { arguments.count { !$0.hasPrefix("[") } }

  /// The option of a name, which may have underscores in place of dashes.
  func option(named name: String) -> Option? {
    let name = name.hasPrefix("--") ? name.replacing("_", with: "-") : name
    return options.first { $0.names.contains(name) }
  }

  /// The same with options.
  func adding(_ options: [Option]) -> CommandSpecification {
    var copy = self
    copy.options += options
    return copy
  }
}
