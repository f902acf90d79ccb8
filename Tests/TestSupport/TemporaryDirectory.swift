package import Foundation

/// A directory of its own that goes away with its last reference.
package final class TemporaryDirectory: Sendable {
  /// Where it is.
  package let url: URL

  /// Creates an empty directory.
  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "specdecode-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}
