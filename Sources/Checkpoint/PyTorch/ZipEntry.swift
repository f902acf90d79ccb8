import SpecDecodePlatform

/// One file of a zip archive, stored as it is.
struct ZipEntry: Equatable {
  /// Its name in the archive; nothing on disk is looked up by it.
  let name: String
  /// Where its local header begins.
  let headerOffset: Int
  /// Its bytes in the archive's file.
  let bytes: Range<Int>
  /// The CRC-32 of its bytes; nil in an archive that was written without any.
  private(set) var checksum: UInt32?

  /// The same entry without a checksum.
  var unchecked: ZipEntry {
    var entry = self
    entry.checksum = nil
    return entry
  }
}

/// An entry of the directory, before its local header has been read.
struct ZipDirectoryEntry {
  let name: String
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  private(set) var compressedSize: Int
  private(set) var size: Int
  private(set) var headerOffset: Int

  /// Reads the entry; nil when it is damaged.
  ///
  /// Source: section 4.3.12 of PKWARE's APPNOTE.
  init?(from cursor: inout ByteCursor) {
    guard cursor.integer(UInt32.self) == 0x0201_4B50, cursor.take(4) != nil,
      let flags = cursor.integer(UInt16.self), let method = cursor.integer(UInt16.self),
      cursor.take(4) != nil, let checksum = cursor.integer(UInt32.self),
      let compressedSize = cursor.int(UInt32.self), let size = cursor.int(UInt32.self),
      let nameLength = cursor.int(UInt16.self), let extraLength = cursor.int(UInt16.self),
      let commentLength = cursor.int(UInt16.self), cursor.take(8) != nil,
      let headerOffset = cursor.int(UInt32.self), let name = cursor.text(nameLength),
      let extra = cursor.take(extraLength), cursor.take(commentLength) != nil
    else { return nil }
    self.name = name
    self.flags = flags
    self.method = method
    self.checksum = checksum
    self.compressedSize = compressedSize
    self.size = size
    self.headerOffset = headerOffset
    guard widen(with: Array(extra)) else { return nil }
  }

  /// Takes the numbers of 64 bits for those that are marked as too large for 32; false when they
  /// are missing or do not fit.
  private mutating func widen(with extra: [UInt8]) -> Bool {
    let marked = [\Self.size, \.compressedSize, \.headerOffset].filter {
      self[keyPath: $0] == Int(UInt32.max)
    }
    guard !marked.isEmpty else { return true }
    var cursor = ByteCursor(extra)
    while let id = cursor.integer(UInt16.self), let length = cursor.int(UInt16.self),
      let field = cursor.take(length)
    {
      guard id == 1 else { continue }
      var numbers = ByteCursor(Array(field))
      for place in marked {
        guard let number = numbers.int(UInt64.self) else { return false }
        self[keyPath: place] = number
      }
      return true
    }
    return false
  }
}
