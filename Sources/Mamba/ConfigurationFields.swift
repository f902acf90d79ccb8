import Checkpoint
import Foundation

/// The fields of a `config.json`, read one by one with their checks.
struct ConfigurationFields {
  private let fields: [String: Value]
  private let file: String

  init(json: Data, file: String) throws(CheckpointError) {
    guard let fields = try? JSONDecoder().decode([String: Value].self, from: json) else {
      throw .invalidConfiguration(
        file: file, field: "(whole file)", value: "not a JSON object",
        remedy: "it should be the model's config.json as Hugging Face writes it")
    }
    self.fields = fields.filter { $0.value != .null }
    self.file = file
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

  /// True or false.
  func flag(_ name: String, default fallback: Bool) throws(CheckpointError) -> Bool {
    guard let value = fields[name] else { return fallback }
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

  /// The error that names a field and its value.
  func invalid(_ field: String, remedy: String) -> CheckpointError {
    .invalidConfiguration(
      file: file, field: field, value: fields[field]?.description ?? "missing", remedy: remedy)
  }
}

extension ConfigurationFields {
  private enum Value: Decodable, Equatable, CustomStringConvertible {
    case flag(Bool)
    case number(Double)
    case text(String)
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
      } else {
        self = .other
      }
    }

    var description: String {
      switch self {
      case .flag(let flag): "\(flag)"
      case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
      case .text(let text): "\"\(text.prefix(100))\""
      case .null: "null"
      case .other: "a list or an object"
      }
    }
  }
}
