import Checkpoint
import Foundation

/// A folder that is filled beside its place and takes its name when it is complete.
struct NewFolder {
  private let path: String

  /// Checks that the place is free: nothing is there, or an empty folder.
  init(_ path: String) throws(CommandError) {
    self.path = path
    if FileManager.default.fileExists(atPath: path) {
      let contents = try? FileManager.default.contentsOfDirectory(atPath: path)
      guard let contents, contents.isEmpty else { throw .alreadyExists(path: path) }
    }
    let parent = URL(filePath: path).standardized.deletingLastPathComponent()
      .path(percentEncoded: false)
    guard FileOutput.isFolder(parent) else {
      throw .unwritable(path: path, reason: "there is no folder \(parent); create it first")
    }
  }

  /// Makes the folder with what `body` writes into it; if that throws, nothing is left behind.
  func fill(_ body: (URL) throws -> Void) throws {
    let manager = FileManager.default
    let target = URL(filePath: path, directoryHint: .notDirectory).standardized
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let partial = target.deletingLastPathComponent()
      .appending(path: "\(target.lastPathComponent).\(suffix).partial")
    try CommandError.writing(path) { try PartialFolders.ofProgram.create(partial) }
    defer { PartialFolders.ofProgram.forget(partial) }
    do {
      do {
        try body(partial)
      } catch CheckpointError.cannotWrite(_, let reason) {
        // The file that could not be written has a name that nobody chose.
        throw CommandError.unwritable(path: path, reason: reason)
      } catch CommandError.unwritable(_, let reason) {
        throw CommandError.unwritable(path: path, reason: reason)
      }
      try CommandError.writing(path) {
        if manager.fileExists(atPath: path) { try manager.removeItem(at: target) }
        try manager.moveItem(at: partial, to: target)
      }
    } catch {
      try? manager.removeItem(at: partial)
      throw error
    }
  }
}
