import Foundation
import Kernels
import Reporting

/// Reads the options of a command line, and notes each for the parser and the help.
///
/// A request is read twice: once without a command line, to learn the options, and once with it.
/// Names stand in one text, the one of the help first: `"--max-bytes -n --max-tokens"`.
final class OptionReader {
  /// The options that were asked for so far.
  private(set) var declared: [CommandSpecification.Option] = []
  private let command: CommandSpecification
  private let arguments: ParsedArguments?

  /// A reader without a command line: nothing is given.
  init(declaring command: CommandSpecification) {
    self.command = command
    arguments = nil
  }

  /// A reader of a command line.
  init(reading arguments: ParsedArguments) {
    command = arguments.command
    self.arguments = arguments
  }

  /// Whether a flag was given.
  func flag(_ names: String, _ help: String) -> Bool {
    has(declare(names, nil, help))
  }

  /// The value of an option as it was given.
  func bytes(_ names: String, _ value: String, _ help: String) -> [UInt8]? {
    given(declare(names, value, help)).first
  }

  /// The values of an option that may be given several times, each as `parse` reads it.
  ///
  /// - Parameter parse: nil for what the option cannot be.
  func all<Value>(
    _ names: String, _ value: String, _ help: String, remedy: String,
    _ parse: ([UInt8]) -> Value?
  ) throws(UsageError) -> [Value] {
    let name = declare(names, value, help, repeats: true)
    var values: [Value] = []
    for bytes in given(name) {
      guard let value = parse(bytes) else { throw invalid(name, bytes, remedy) }
      values.append(value)
    }
    return values
  }

  /// The value of an option as `parse` reads it, which gives nil for what it cannot be.
  func value<Value>(
    _ names: String, _ value: String, _ help: String, remedy: String, _ parse: (String) -> Value?
  ) throws(UsageError) -> Value? {
    let name = declare(names, value, help)
    guard let bytes = given(name).first else { return nil }
    guard let parsed = parse(try text(bytes, of: name)) else { throw invalid(name, bytes, remedy) }
    return parsed
  }

  /// The value of an option as a list with commas between its entries.
  func list<Value>(
    _ names: String, _ value: String, _ help: String, remedy: String, _ parse: (String) -> Value?
  ) throws(UsageError) -> [Value]? {
    let name = declare(names, value, help)
    guard let bytes = given(name).first else { return nil }
    let parts = try text(bytes, of: name).split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= Self.listLimit else {
      throw invalid(name, bytes, "1 to \(Self.listLimit) values with commas between them")
    }
    var entries: [Value] = []
    for part in parts.map(String.init) {
      guard !part.isEmpty, let entry = parse(part) else {
        throw invalid(name, Array(part.utf8), "\(remedy), with commas between them")
      }
      entries.append(entry)
    }
    return entries
  }

  /// The most entries of a list.
  private static let listLimit = 100

  /// The value of an option as a whole number.
  func integer<Number: FixedWidthInteger>(
    _ names: String, in range: ClosedRange<Number>, _ help: String
  ) throws(UsageError) -> Number? {
    try value(names, "N", help, remedy: Self.bounds(of: range)) { text in
      Number(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private static func bounds<Number: FixedWidthInteger>(of range: ClosedRange<Number>) -> String {
    Number.bitWidth >= Int.bitWidth && Number.isSigned && range.upperBound == .max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }

  /// The value of an option as a number of at least 0.
  func number(_ names: String, _ value: String, _ help: String) throws(UsageError) -> Double? {
    try self.value(names, value, help, remedy: "a number of at least 0") { text in
      Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
  }

  /// The value of an option as a path.
  func path(_ names: String, _ value: String, _ help: String) throws(UsageError) -> String? {
    try self.value(names, value, help, remedy: "a path") { Self.isPath($0) ? $0 : nil }
  }

  /// The value of an option without which the command has nothing to do, as a path.
  func requiredPath(_ names: String, _ value: String, _ help: String) throws(UsageError) -> String {
    if let path = try path(names, value, "\(help) (required)") { return path }
    guard arguments == nil else {
      throw .missingArgument(name: "\(Self.canonical(names)) \(value)", command: command.name)
    }
    return ""
  }

  /// All arguments that are no options, as paths.
  func paths() throws(UsageError) -> [String] {
    var paths: [String] = []
    for (place, bytes) in (arguments?.positionals ?? []).enumerated() {
      let name = command.arguments[min(place, command.arguments.count - 1)]
      let path = try text(bytes, of: name)
      guard Self.isPath(path) else { throw invalid(name, bytes, "a path") }
      paths.append(path)
    }
    // The parser has seen to it that a command line has as many as the command needs.
    return arguments == nil ? command.arguments.map { _ in "" } : paths
  }

  /// The value of an option as it was given; nil for none, or several.
  func original(_ name: String) -> String? {
    guard given(name).count == 1 else { return nil }
    return given(name).first.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether an option or a flag was given.
  func has(_ name: String) -> Bool {
    precondition(declared.contains { $0.name == name }, "\(name) is not declared")
    return arguments?.values[name] != nil
  }

  /// Refuses an option beside any of some others.
  func exclude(_ option: String, _ others: String..., remedy: String) throws(UsageError) {
    for other in others where has(option) && has(other) {
      throw .conflict(option: option, other: other, remedy: remedy)
    }
  }

  private func given(_ name: String) -> [[UInt8]] { arguments?.values[name] ?? [] }

  private func declare(
    _ names: String, _ value: String?, _ help: String, repeats: Bool = false
  ) -> String {
    declared.append(CommandSpecification.Option(names, value, help, repeats: repeats))
    return Self.canonical(names)
  }

  private static func canonical(_ names: String) -> String { String(names.prefix { $0 != " " }) }

  private static func isPath(_ text: String) -> Bool { !text.isEmpty && !text.utf8.contains(0) }

  private func invalid(_ name: String, _ bytes: [UInt8], _ remedy: String) -> UsageError {
    .invalidValue(option: name, value: String(decoding: bytes, as: UTF8.self), remedy: remedy)
  }

  private func text(_ bytes: [UInt8], of name: String) throws(UsageError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw invalid(name, bytes, "well-formed UTF-8")
    }
    return text
  }
}

/// Options that several commands have.
extension OptionReader {
  /// The threads that each model computes on; nil for those that are measured to be fastest.
  func threads() throws(UsageError) -> Int? {
    try integer(
      "--threads -t", in: 1...WorkerTeam.sizeLimit,
      "threads of each model (default: as measured, up to the cores it may use)")
  }

  /// The folder of the verifier; nil for the bundled one.
  func verifier() throws(UsageError) -> String? {
    try path(
      "--verifier -m --model", "DIR", "the byte-level model that decides (default: the bundled one)"
    )
  }

  /// The folder of the drafter, or where it may draft by lookup its name; nil for the bundled one.
  func drafter(byLookup: Bool = true) throws(UsageError) -> String? {
    try path(
      "--drafter -md --draft-model", "DIR",
      "the subword model that drafts\(byLookup ? ", or ngram" : "") (default: the bundled one)"
    )
  }

  /// The byte that an empty prompt stands for.
  func startByte() throws(UsageError) -> UInt8 {
    try integer(
      "--start-byte", in: 0...255, "what an empty prompt stands for (default 10, a newline)")
      ?? 0x0A
  }

  /// Which part of the work is to be done; nil for all.
  func shard(_ help: String) throws(UsageError) -> Shard? {
    try value("--shard", "I/N", help, remedy: "which part of how many, as in 2/4") { Shard($0) }
  }

  /// Whether standard error gets errors only.
  func quiet(_ help: String = "no progress on standard error") -> Bool { flag("--quiet -q", help) }

  /// Where the JSON report goes.
  func json() throws(UsageError) -> JSONDestination {
    JSONDestination(
      path: try path(
        "--json", "PATH|-", "the report as JSON; with - standard output holds it alone"))
  }
}
