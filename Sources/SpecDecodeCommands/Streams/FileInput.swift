import Foundation

/// Files that are read whole, as prompts and lists of tokens are, or piece by piece.
enum FileInput {
  private static let pieceSize = 1 << 20

  /// The bytes of a file; `-` is standard input.
  ///
  /// - Parameter limit: the most bytes to take.
  static func bytes(of path: String, limit: Int = 1 << 30) throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      try forEachPiece(of: path) { piece in
        guard bytes.count + piece.count <= limit else {
          throw CommandError.tooLarge(path: name(of: path), limit: limit)
        }
        bytes += piece
      }
      return bytes
    } catch let error as CommandError {
      throw error
    } catch {
      throw .unreadable(path: name(of: path), reason: SystemErrorCode.text(of: error))
    }
  }

  /// Hands over the bytes of a file in pieces, so that it may be of any size.
  ///
  /// - Throws: `CommandError.unreadable`, and what `body` throws.
  static func forEachPiece(of path: String, _ body: (Data) throws -> Void) throws {
    func reading<Value>(_ read: () throws -> Value) throws(CommandError) -> Value {
      do {
        return try read()
      } catch {
        throw .unreadable(path: name(of: path), reason: SystemErrorCode.text(of: error))
      }
    }
    let handle = try reading {
      path == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
    }
    while let piece = try reading({ try handle.read(upToCount: pieceSize) }), !piece.isEmpty {
      try body(piece)
    }
  }

  /// The size of a file in bytes; 0 for what has none, such as a pipe.
  static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false))
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }

  private static func name(of path: String) -> String {
    path == "-" ? "standard input" : path
  }
}
