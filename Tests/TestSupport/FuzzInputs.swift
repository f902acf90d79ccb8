package import Foundation

/// The inputs that a reader once failed on, or that lead far into it.
package enum FuzzInputs {
  /// The most seconds that a reader may take for one.
  package static let secondsLimit = 2.0

  /// The inputs for a reader, by their file names; empty where there is no folder of them.
  ///
  /// - Parameter resources: those of the test bundle.
  package static func of(_ reader: String, in resources: URL?) throws -> [String: [UInt8]] {
    guard let folder = resources?.appending(path: "Fixtures/Fuzz/\(reader)") else { return [:] }
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, Array(try Data(contentsOf: folder.appending(path: $0))))
      })
  }
}
