import Foundation

/// Whether what goes to standard output and to standard error ends up in one place.
enum SharedOutput {
  /// True when both are terminals, or the same file or pipe, as after `2>&1`.
  static var isShared: Bool {
    if StandardOutput.isTerminal, StandardError.isTerminal { return true }
    guard let output = identity(of: FileHandle.standardOutput) else { return false }
    return output == identity(of: FileHandle.standardError)
  }

  /// Names a stream's file: on Linux what the descriptor links to, elsewhere device and inode.
  private static func identity(of stream: FileHandle) -> AnyHashable? {
    let path = "/dev/fd/\(stream.fileDescriptor)"
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: path))
      ?? FileIdentity(path).map(AnyHashable.init)
  }
}

/// Which file a path has: device and number.
struct FileIdentity: Hashable {
  private let numbers: [Int]

  /// Nil when there is none.
  init?(_ path: String) {
    let attributes = FileInput.attributes(of: path)
    guard let device = attributes?[.systemNumber] as? Int,
      let inode = attributes?[.systemFileNumber] as? Int
    else { return nil }
    numbers = [device, inode]
  }
}
