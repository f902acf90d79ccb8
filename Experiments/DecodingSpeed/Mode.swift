import Measuring
import Reporting

/// One of the things that the program measures.
protocol Mode {
  /// A row of results.
  associatedtype Result: Encodable
  /// The first argument.
  static var name: String { get }
  /// Options besides `--json`.
  static var options: Set<String> { get }
  /// Measures; positional arguments are the models' directories.
  static func results(_ arguments: Arguments) throws -> [Result]
  /// A table.
  static func text(_ results: [Result]) -> String
}

extension Arguments {
  func threads() throws(ArgumentError) -> [Int] {
    try integers("--threads", in: 1...1024, default: [1, 2])
  }

  func repetitions(default standard: Int) throws(ArgumentError) -> Int {
    try integer("--repetitions", in: 1...100_000, default: standard)
  }
}

/// Numbers as they stand in the tables.
enum Cells {
  static func quartiles(_ spread: Spread, digits: Int) -> String {
    NumberText.fixed(spread.lowerQuartile, digits: digits) + " to "
      + NumberText.fixed(spread.upperQuartile, digits: digits)
  }

  static func billions(_ rate: Double) -> String { NumberText.fixed(rate / 1e9, digits: 1) }

  static func milliseconds(_ seconds: Double) -> String {
    NumberText.fixed(seconds * 1000, digits: 3)
  }
}
