package import Foundation

/// The commit that a folder has checked out, as git tells it.
package enum SourceCommit {
  /// The short name, with a plus sign if files differ from it; nil where there is no git or no
  /// commit.
  package static func checkedOut(in folder: URL) -> String? {
    guard let commit = git("rev-parse", "--short", "HEAD", in: folder) else { return nil }
    let isClean = git("status", "--porcelain", "--untracked-files=no", in: folder) == ""
    return commit + (isClean ? "" : "+")
  }

  /// The commit that a program was built from; nil unless it lies in the checkout of its package.
  package static func built(_ program: URL, package name: String) -> String? {
    let folder = program.resolvingSymlinksInPath().deletingLastPathComponent()
    guard let top = git("rev-parse", "--show-toplevel", in: folder),
      let manifest = try? String(
        contentsOf: URL(filePath: top).appending(path: "Package.swift"), encoding: .utf8),
      manifest.contains("name: \"\(name)\",")
    else { return nil }
    return checkedOut(in: folder)
  }

  private static func git(_ arguments: String..., in folder: URL) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", folder.path(percentEncoded: false)] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
