import Foundation

extension ParsedArguments {
  /// Whether a flag was given.
  func has(_ flag: String) -> Bool { flags.contains(flag) }

  /// The value of an option as it was given.
  func bytes(_ option: String) -> [UInt8]? { values[option]?.first }

  /// The values of an option that may be given several times, as they were given.
  func allBytes(_ option: String) -> [[UInt8]] { values[option] ?? [] }

  /// The value of an option as text.
  func text(_ option: String) throws(UsageError) -> String? {
    guard let bytes = bytes(option) else { return nil }
    return try Self.text(bytes, of: option)
  }

  /// The value of a required option as a path.
  func requiredPath(_ option: String) throws(UsageError) -> String {
    guard let path = try path(option) else {
      let value = command.option(named: option)?.value ?? "VALUE"
      throw .missingArgument(name: "\(option) \(value)", command: command.name)
    }
    return path
  }

  /// The value of an option as a path.
  func path(_ option: String) throws(UsageError) -> String? {
    guard let path = try text(option) else { return nil }
    return try Self.nonEmpty(path, of: option)
  }

  /// The argument at a place as a path.
  func path(at index: Int) throws(UsageError) -> String {
    let name = command.arguments[min(index, command.arguments.count - 1)]
    return try Self.nonEmpty(Self.text(positionals[index], of: name), of: name)
  }

  /// The value of an option as a whole number.
  func integer<Number: FixedWidthInteger>(
    _ option: String, in range: ClosedRange<Number>, default standard: Number
  ) throws(UsageError) -> Number {
    guard let text = try text(option) else { return standard }
    return try Self.integer(text, of: option, in: range)
  }

  /// The values of an option that may be given several times, as whole numbers.
  func integers<Number: FixedWidthInteger>(
    _ option: String, in range: ClosedRange<Number>
  ) throws(UsageError) -> [Number] {
    var numbers: [Number] = []
    for bytes in allBytes(option) {
      numbers.append(try Self.integer(Self.text(bytes, of: option), of: option, in: range))
    }
    return numbers
  }

  private static func integer<Number: FixedWidthInteger>(
    _ text: String, of option: String, in range: ClosedRange<Number>
  ) throws(UsageError) -> Number {
    guard let number = Number(text), range.contains(number) else {
      let bound =
        UInt64(clamping: range.upperBound) >= UInt64(Int.max)
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw .invalidValue(option: option, value: text, remedy: bound)
    }
    return number
  }

  /// The value of an option as a number of at least 0.
  func number(_ option: String, default standard: Double) throws(UsageError) -> Double {
    guard let text = try text(option) else { return standard }
    guard let number = Double(text), number.isFinite, number >= 0 else {
      throw .invalidValue(option: option, value: text, remedy: "a number of at least 0")
    }
    return number
  }

  /// Refuses two options at once.
  func exclude(_ option: String, _ other: String, remedy: String) throws(UsageError) {
    let given = [option, other].filter { values[$0] != nil || flags.contains($0) }
    guard given.count < 2 else {
      throw .conflict(option: option, other: other, remedy: remedy)
    }
  }

  private static func nonEmpty(_ path: String, of name: String) throws(UsageError) -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .invalidValue(option: name, value: path, remedy: "a path")
    }
    return path
  }

  private static func text(_ bytes: [UInt8], of name: String) throws(UsageError) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      throw .invalidValue(option: name, value: text, remedy: "well-formed UTF-8")
    }
    return text
  }
}
