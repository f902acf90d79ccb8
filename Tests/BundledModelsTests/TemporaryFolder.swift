import Foundation

/// A folder that goes away with the object.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "specdecode-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func addFile(_ path: String) throws {
    let file = url.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: file)
  }

  @discardableResult
  func addModels(at path: String) throws -> URL {
    try addFile("\(path)/drafter/config.json")
    try addFile("\(path)/verifier/config.json")
    return url.appending(path: path)
  }
}
