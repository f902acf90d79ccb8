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
