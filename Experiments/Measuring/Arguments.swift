/// What a measuring program was started with: `--name value`, flags and positional arguments.
package struct Arguments: Sendable, Equatable {
  /// What is no option, in order.
  package let positionals: [String]
  private let values: [String: String]
  private let flags: Set<String>

  /// Sorts the arguments, without the program's name.
  ///
  /// - Parameters:
  ///   - options: the names that take a value, with their dashes.
  ///   - flags: the names that take none.
  /// - Throws: `ArgumentError` for another name, a missing value, or a name given twice.
  package init(
    _ arguments: some Sequence<String>, options: Set<String>, flags allowed: Set<String> = []
  ) throws(ArgumentError) {
    var positionals: [String] = []
    var values: [String: String] = [:]
    var flags: Set<String> = []
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      if options.contains(argument) {
        guard let value = rest.popFirst() else { throw .missing(name: "a value of \(argument)") }
        guard values.updateValue(value, forKey: argument) == nil else {
          throw .repeated(name: argument)
        }
      } else if allowed.contains(argument) {
        flags.insert(argument)
      } else if argument.hasPrefix("-") {
        throw .unknown(name: argument, known: (options.union(allowed)).sorted())
      } else {
        positionals.append(argument)
      }
    }
    self.positionals = positionals
    self.values = values
    self.flags = flags
  }

  /// Whether a flag was given.
  package func has(_ flag: String) -> Bool { flags.contains(flag) }

  /// The value of an option.
  package func text(_ option: String) -> String? { values[option] }

  /// The value of an option as a whole number.
  package func integer(
    _ option: String, in range: ClosedRange<Int>, default standard: Int
  ) throws(ArgumentError) -> Int {
    guard let text = values[option] else { return standard }
    return try Self.integer(text, of: option, in: range)
  }

  /// The value of an option as whole numbers with commas between them.
  package func integers(
    _ option: String, in range: ClosedRange<Int>, default standard: [Int]
  ) throws(ArgumentError) -> [Int] {
    guard let text = values[option] else { return standard }
    var numbers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      numbers.append(try Self.integer(String(part), of: option, in: range))
    }
    return numbers
  }

  /// The value of an option as finite numbers of at least 0 with commas between them.
  package func numbers(
    _ option: String, default standard: [Double]
  ) throws(ArgumentError) -> [Double] {
    guard let text = values[option] else { return standard }
    var numbers: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Double(part), number.isFinite, number >= 0 else {
        throw .invalid(name: option, value: text, remedy: "numbers of at least 0")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The value of an option as names with commas between them; all that there are by default.
  package func choices<Choice>(
    _ option: String, of all: [Choice], name: (Choice) -> String
  ) throws(ArgumentError) -> [Choice] {
    guard let text = values[option] else { return all }
    var chosen: [Choice] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let choice = all.first(where: { name($0) == part }) else {
        throw .invalid(
          name: option, value: text, remedy: "any of \(all.map(name).joined(separator: ","))")
      }
      chosen.append(choice)
    }
    return chosen
  }

  /// The value of an option as one name; nil when it was not given.
  package func choice<Choice>(
    _ option: String, of all: [Choice], name: (Choice) -> String
  ) throws(ArgumentError) -> Choice? {
    guard let text = values[option] else { return nil }
    guard let choice = all.first(where: { name($0) == text }) else {
      throw .invalid(
        name: option, value: text, remedy: "one of \(all.map(name).joined(separator: ", "))")
    }
    return choice
  }

  private static func integer(
    _ text: String, of option: String, in range: ClosedRange<Int>
  ) throws(ArgumentError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw .invalid(
        name: option, value: text,
        remedy: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
