import Checkpoint
import Foundation
import SpecDecodePlatform

/// The fields of a `config.json`, read one by one with their checks.
struct ConfigurationFields: Sendable {
  private let fields: [String: Value]
  private let file: String
  /// What stands before a field's name in errors.
  private let path: String

  init(json: Data, file: String) throws(CheckpointError) {
    guard let fields = try? JSONDecoder().decode([String: Value].self, from: json) else {
      throw .invalidConfiguration(
        file: file, field: "(whole file)", value: "not a JSON object",
        remedy: "it should be the model's config.json as Hugging Face writes it")
    }
    do {
      try JSONScanner.requireDistinctKeys(in: json)
    } catch {
      throw .invalidConfiguration(
        file: file, field: error.field, value: error.found,
        remedy: "it should be \(error.expected); fetch config.json again")
    }
    self.init(fields, file: file, path: "")
  }

  private init(_ fields: [String: Value], file: String, path: String) {
    self.fields = fields.filter { $0.value != .null }
    self.file = file
    self.path = path
  }

  /// Whether a field is there and not null.
  func has(_ name: String) -> Bool { fields[name] != nil }

  /// The fields of an object in a field; none when it is absent.
  func object(_ name: String) throws(CheckpointError) -> ConfigurationFields {
    guard let value = fields[name] else {
      return ConfigurationFields([:], file: file, path: "\(path)\(name).")
    }
    guard case .object(let members) = value else {
      throw invalid(name, remedy: "it must be an object")
    }
    return ConfigurationFields(members, file: file, path: "\(path)\(name).")
  }

  /// A whole number from 1 to `limit`.
  func count(
    _ name: String, limit: Int, default fallback: Int? = nil, automatic: String? = nil
  ) throws(CheckpointError) -> Int {
    let value = fields[name]
    if let fallback, value == nil || (automatic != nil && value == automatic.map(Value.text)) {
      return fallback
    }
    guard case .number(let number) = value, let count = Int(exactly: number),
      count >= 1, count <= limit
    else {
      throw invalid(name, remedy: "it must be a whole number from 1 to \(limit)")
    }
    return count
  }

  /// A number above 0 and below 1.
  func fraction(_ name: String, default fallback: Float) throws(CheckpointError) -> Float {
    guard let value = fields[name] else { return fallback }
    guard case .number(let number) = value, Float(number) > 0, number < 1 else {
      throw invalid(name, remedy: "it must be a number above 0 and below 1")
    }
    return Float(number)
  }

  /// True or false; nil when absent.
  func flag(_ name: String) throws(CheckpointError) -> Bool? {
    guard let value = fields[name] else { return nil }
    guard case .flag(let flag) = value else {
      throw invalid(name, remedy: "it must be true or false")
    }
    return flag
  }

  /// Throws unless the field holds one of some texts.
  func require(
    _ name: String, oneOf allowed: [String], orAbsent: Bool = false
  ) throws(CheckpointError) {
    if orAbsent, fields[name] == nil { return }
    guard case .text(let text) = fields[name], allowed.contains(text) else {
      throw invalid(name, remedy: "this version reads \(allowed.joined(separator: " or "))")
    }
  }

  /// Throws unless the field is absent, 0 or an empty list.
  func requireNone(of name: String, remedy: String) throws(CheckpointError) {
    switch fields[name] {
    case nil, .number(0), .list(0): return
    default: throw invalid(name, remedy: remedy)
    }
  }

  /// A warning that the tensors have another value than the field.
  func warning(_ field: String, declared: String, found: String) -> ConfigurationWarning {
    ConfigurationWarning(file: file, field: path + field, declared: declared, found: found)
  }

  /// The error that names a field and its value.
  func invalid(_ field: String, remedy: String) -> CheckpointError {
    .invalidConfiguration(
      file: file, field: path + field, value: fields[field]?.description ?? "missing",
      remedy: remedy)
  }
}

extension ConfigurationFields {
  private enum Value: Decodable, Equatable, Sendable, CustomStringConvertible {
    case flag(Bool)
    case number(Double)
    case text(String)
    case list(Int)
    case object([String: Value])
    case null
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let members = try? container.decode([String: Value].self) {
        self = .object(members)
      } else if let elements = try? container.decode([Value].self) {
        self = .list(elements.count)
      } else {
        self = .other
      }
    }

    var description: String {
      switch self {
      case .flag(let flag): "\(flag)"
      case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
      case .text(let text): "\"\(text.prefix(100))\""
      case .list(let count): "a list of \(count)"
      case .object: "an object"
      case .null: "null"
      case .other: "an unreadable value"
      }
    }
  }
}
