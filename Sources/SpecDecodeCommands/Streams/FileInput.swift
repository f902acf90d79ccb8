import Foundation

/// Files that are read whole: prompts and lists of tokens.
enum FileInput {
  private static let pieceSize = 1 << 20

  /// The bytes of a file; `-` is standard input.
  ///
  /// - Parameter limit: the most bytes to take.
  static func bytes(of path: String, limit: Int = 1 << 30) throws(CommandError) -> [UInt8] {
    let isStandard = path == "-"
    let name = isStandard ? "standard input" : path
    do {
      let handle =
        isStandard
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
      var bytes: [UInt8] = []
      while let piece = try handle.read(upToCount: pieceSize), !piece.isEmpty {
        guard bytes.count + piece.count <= limit else {
          throw CommandError.tooLarge(path: name, limit: limit)
        }
        bytes += piece
      }
      return bytes
    } catch let error as CommandError {
      throw error
    } catch {
      throw .unreadable(path: name, reason: SystemErrorCode.text(of: error))
    }
  }
}
