package import Foundation

/// JSON as the program writes it.
package enum JSONText {
  /// A value as indented JSON, keys sorted, with a newline at the end.
  package static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data([0x0A])
  }
}
