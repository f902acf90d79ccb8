import Foundation

/// The bytes that were asked for go here, and nothing else.
enum StandardOutput {
  /// Writes to a pipe of at most this many bytes are all or nothing on every system (POSIX's least
  /// `PIPE_BUF`), so one that a signal interrupted can be repeated.
  private static let pieceSize = 512

  /// Whether a person is reading.
  static var isTerminal: Bool { isatty(FileHandle.standardOutput.fileDescriptor) == 1 }

  /// Writes at once, without a buffer.
  ///
  /// - Throws: `CommandError.closedPipe` when the reader is gone, `unwritable` for anything else.
  static func write(_ bytes: [UInt8]) throws(CommandError) {
    for start in stride(from: 0, to: bytes.count, by: pieceSize) {
      try writePiece(Data(bytes[start..<min(start + pieceSize, bytes.count)]))
    }
  }

  private static func writePiece(_ piece: Data) throws(CommandError) {
    while true {
      do {
        return try FileHandle.standardOutput.write(contentsOf: piece)
      } catch {
        switch SystemErrorCode.number(of: error) {
        case EINTR: continue
        case EPIPE: throw .closedPipe
        default:
          throw .unwritable(
            path: "standard output", reason: SystemErrorCode.text(of: error))
        }
      }
    }
  }
}

/// Reports, progress and errors go here.
enum StandardError {
  /// Whether a person is reading.
  static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

  /// Writes a text; if nobody can read it there is nobody to tell.
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
