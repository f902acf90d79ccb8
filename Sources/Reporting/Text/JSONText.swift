package import Foundation

/// JSON as the program writes it.
package enum JSONText {
  /// A value as indented JSON, keys sorted, with a newline at the end.
  package static func data(_ value: some Encodable) throws -> Data {
    try data(value, encoder: JSONEncoder())
  }

  /// The same, with the names of properties turned into snake case.
  package static func snakeCaseData(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try data(value, encoder: encoder)
  }

  private static func data(_ value: some Encodable, encoder: JSONEncoder) throws -> Data {
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data([0x0A])
  }
}

/// An object that writes each of its keys, with null where a value does not apply.
package protocol ReportObject: Encodable {
  /// Keys, as they stand in the file, and values.
  var fields: [Field] { get }
}

extension ReportObject {
  /// A key and its value.
  package typealias Field = (key: String, value: (any Encodable)?)

  /// Writes every field.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FieldKey.self)
    for (key, value) in fields {
      if let value {
        try container.encode(value, forKey: FieldKey(stringValue: key))
      } else {
        try container.encodeNil(forKey: FieldKey(stringValue: key))
      }
    }
  }
}

private struct FieldKey: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
