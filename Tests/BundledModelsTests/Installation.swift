import Foundation
import TestSupport

/// A temporary folder in which a program and its models are pretended to be installed.
struct Installation {
  let url: URL
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    url = directory.url.resolvingSymlinksInPath()
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
