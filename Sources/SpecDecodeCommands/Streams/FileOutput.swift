import Foundation

/// Files that are written whole.
enum FileOutput {
  /// Writes beside the file, then renames: whoever reads the path sees the old contents or the new.
  ///
  /// What is no regular file, such as a device or a pipe, is written to in place.
  static func write(_ data: Data, to path: String) throws(CommandError) {
    let url = URL(filePath: path).resolvingSymlinksInPath()
    try CommandError.writing(path) {
      if isSpecial(url) {
        let handle = try FileHandle(forWritingTo: url)
        try handle.write(contentsOf: data)
        try handle.close()
      } else {
        try data.write(to: url, options: .atomic)
      }
    }
  }

  /// Finds out before hours of work whether a file can be written.
  static func requireWritable(_ path: String) throws(CommandError) {
    let url = URL(filePath: path).resolvingSymlinksInPath()
    let folder = url.deletingLastPathComponent()
    guard isFolder(folder.path(percentEncoded: false)) else {
      throw .unwritable(
        path: path,
        reason: "there is no folder \(folder.path(percentEncoded: false)); create it first")
    }
    guard !isFolder(path) else { throw .unwritable(path: path, reason: "it is a folder") }
    try CommandError.writing(path) { try probe(url) }
  }

  /// Makes a file beside the one to come and takes it away: permissions alone do not tell, as of
  /// a read-only disk.
  private static func probe(_ url: URL) throws {
    if isSpecial(url) { return }
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let probe = url.deletingLastPathComponent()
      .appending(path: "\(url.lastPathComponent).\(suffix).partial")
    try Data().write(to: probe, options: .withoutOverwriting)
    try FileManager.default.removeItem(at: probe)
  }

  /// Whether a folder has this path.
  static func isFolder(_ path: String) -> Bool {
    FileInput.attributes(of: path)?[.type] as? FileAttributeType == .typeDirectory
  }

  private static func isSpecial(_ url: URL) -> Bool {
    let path = url.path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: path) && !FileInput.isRegular(path)
  }
}
