import Foundation

/// Files that are read whole, as prompts and lists of tokens are, or piece by piece.
enum FileInput {
  private static let pieceSize = 1 << 20

  /// The bytes of a file; `-` is standard input.
  ///
  /// - Parameter limit: the most bytes to take.
  static func bytes(of path: String, limit: Int = 1 << 30) throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    try CommandError.reading(name(of: path)) {
      try forEachPiece(of: path) { piece in
        guard bytes.count + piece.count <= limit else {
          throw CommandError.tooLarge(path: name(of: path), limit: limit)
        }
        bytes += piece
      }
    }
    return bytes
  }

  /// The bytes of a regular file that begins in a known way; `-` is standard input.
  ///
  /// What is no regular file could keep its reader for ever, and is refused, as is what is too
  /// large, before anything is read. Of a file that begins otherwise only the first bytes are
  /// returned, enough for its parser to say what is wrong.
  ///
  /// - Parameter isLikely: whether the first bytes may be those of such a file.
  static func regularBytes(
    of path: String, limit: Int = 1 << 30, isLikely: ([UInt8]) -> Bool
  ) throws(CommandError) -> [UInt8] {
    guard path != "-" else { return try bytes(of: path, limit: limit) }
    try requireRegular(path, limit: limit)
    let start = try CommandError.reading(path) {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      return Array(try handle.read(upToCount: 4096) ?? Data())
    }
    return isLikely(start) ? try bytes(of: path, limit: limit) : start
  }

  /// The bytes of a regular file of JSON, or of lines of it.
  ///
  /// - Parameter opening: what it begins with, white space left out.
  static func jsonBytes(
    of path: String, limit: Int = 1 << 30, opening: Character
  ) throws(CommandError) -> [UInt8] {
    try regularBytes(of: path, limit: limit) { start in
      start.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == opening.asciiValue
    }
  }

  /// Refuses what is there and no regular file, or larger than a limit.
  static func requireRegular(_ path: String, limit: Int) throws(CommandError) {
    let attributes = attributes(of: path)
    switch attributes?[.type] as? FileAttributeType {
    case .typeRegular?, nil: break
    case .typeDirectory?: throw .unreadable(path: path, reason: "it is a folder")
    default: throw .unreadable(path: path, reason: "it is no regular file")
    }
    guard size(of: path) <= limit else { throw .tooLarge(path: path, limit: limit) }
  }

  /// Whether a regular file has this path, symbolic links followed.
  static func isRegular(_ path: String) -> Bool {
    attributes(of: path)?[.type] as? FileAttributeType == .typeRegular
  }

  static func attributes(of path: String) -> [FileAttributeKey: Any]? {
    try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false))
  }

  /// Hands over the bytes of a file in pieces, so that it may be of any size.
  ///
  /// - Throws: `CommandError.unreadable`, and what `body` throws.
  static func forEachPiece(of path: String, _ body: (Data) throws -> Void) throws {
    let handle = try CommandError.reading(name(of: path)) {
      path == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
    }
    while let piece = try CommandError.reading(
      name(of: path), { try handle.read(upToCount: pieceSize) }), !piece.isEmpty
    {
      try body(piece)
    }
  }

  /// What is in a folder, in order.
  static func names(inFolder path: String) throws(CommandError) -> [String] {
    try CommandError.reading(path) {
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
  }

  /// The size of a file in bytes; 0 for what has none, such as a pipe.
  static func size(of path: String) -> Int {
    (attributes(of: path)?[.size] as? NSNumber)?.intValue ?? 0
  }

  /// A path in a message.
  static func name(of path: String) -> String {
    path == "-" ? "standard input" : path
  }
}
