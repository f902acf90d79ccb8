import Foundation
import TestSupport
import Testing

extension TemporaryDirectory {
  /// A checkpoint of one file.
  convenience init(weights: [UInt8], configuration: String = "{}") throws {
    try self.init()
    try write(weights, to: "model.safetensors")
    try write(Array(configuration.utf8), to: "config.json")
  }

  /// A checkpoint of several files with an index.
  convenience init(
    shards: [String: [UInt8]], index: String, configuration: String = "{}"
  ) throws {
    try self.init()
    for (name, bytes) in shards { try write(bytes, to: name) }
    try write(Array(index.utf8), to: "model.safetensors.index.json")
    try write(Array(configuration.utf8), to: "config.json")
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }

  func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appending(path: name).path(percentEncoded: false),
      withDestinationPath: destination)
  }

  var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false)).sorted()
    }
  }
}

/// A directory of the test bundle.
func fixture(_ name: String) throws -> URL {
  try #require(Bundle.module.resourceURL)
    .appending(path: "Fixtures/\(name)", directoryHint: .isDirectory)
}
