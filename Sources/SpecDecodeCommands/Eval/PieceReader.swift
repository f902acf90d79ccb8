import Reporting

/// The pieces of some files: each a whole one, or as much as the model reads before it starts anew.
struct PieceReader {
  /// Part of a file.
  struct Piece {
    /// The place of the file in the list.
    let file: Int
    let bytes: ArraySlice<UInt8>
  }

  /// Bytes of the pieces so far, those of other shards included.
  private(set) var passedBytes = 0

  private let files: [String]
  private let context: Int
  private let shard: Shard?
  private var file = -1
  private var rest: ArraySlice<UInt8> = []
  private var count = 0

  /// - Parameter shard: which pieces to give; nil for all.
  init(_ files: [String], context: Int?, shard: Shard?) {
    self.files = files
    self.context = context ?? .max
    self.shard = shard
  }

  /// The next piece; nil at the end. A file is read when its first piece is due.
  mutating func next() throws -> Piece? {
    while true {
      while rest.isEmpty {
        guard file + 1 < files.count else { return nil }
        file += 1
        rest = try FileInput.bytes(of: files[file])[...]
      }
      let piece = Piece(file: file, bytes: rest.prefix(context))
      rest = rest.dropFirst(piece.bytes.count)
      passedBytes += piece.bytes.count
      count += 1
      if shard?.contains(count - 1) ?? true { return piece }
    }
  }
}
