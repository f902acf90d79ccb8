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

/// Where the directory of a zip archive is, from the record at the archive's end.
///
/// Source: sections 4.3.14 to 4.3.16 of PKWARE's APPNOTE.
struct ZipEndRecord {
  /// The directory's bytes in the file; nothing but the end records follows.
  let directory: Range<Int>
  /// Entries of the directory.
  let entryCount: Int

  private static let size = 22
  private static let locatorSize = 20
  private static let wideSize = 56
  private static let maximumComment = 0xFFFF
  private static let maximumDirectory = 16 << 20

  /// Finds and checks the record.
  init(of file: CheckpointFile) throws(CheckpointError) {
    var tail: [UInt8] = []
    let tailSize = min(file.size, Self.size + Self.maximumComment)
    try file.read(at: file.size - tailSize, count: tailSize, into: &tail, tensor: nil)
    guard let place = Self.place(in: tail) else {
      throw file.malformed("its end", "no record of a zip archive", "a whole archive")
    }
    var end = file.size - tailSize + place
    var fields = ZipEndFields(ByteCursor(tail, at: place + 4), isWide: false)
    if end >= Self.locatorSize {
      var locator: [UInt8] = []
      try file.read(
        at: end - Self.locatorSize, count: Self.locatorSize, into: &locator, tensor: nil)
      if let offset = try Self.wideRecord(locator, of: file) {
        guard offset <= end - Self.locatorSize - Self.wideSize else {
          throw file.malformed("the zip64 record's offset", "\(offset)", "one before its locator")
        }
        var record: [UInt8] = []
        try file.read(at: offset, count: Self.wideSize, into: &record, tensor: nil)
        fields = ZipEndFields(ByteCursor(record), isWide: true)
        end = offset
      }
    }
    guard let fields, fields.isWhole else {
      throw file.malformed("its end record", "damaged or of an archive in parts", "one archive")
    }
    guard fields.size <= Self.maximumDirectory else {
      throw file.malformed(
        "the directory's size", "\(fields.size) bytes", "at most \(Self.maximumDirectory)")
    }
    guard case let (sum, overflow) = fields.offset.addingReportingOverflow(fields.size),
      !overflow, sum == end
    else {
      throw file.malformed(
        "the directory's place", "\(fields.size) bytes from \(fields.offset)",
        "to end at \(end), where its end record begins")
    }
    directory = fields.offset..<end
    entryCount = fields.entries
  }

  /// The last place where a record and its comment end with the file.
  private static func place(in tail: [UInt8]) -> Int? {
    guard tail.count >= size else { return nil }
    return (0...tail.count - size).reversed().first { place in
      tail[place] == 0x50 && tail[place + 1] == 0x4B && tail[place + 2] == 5
        && tail[place + 3] == 6
        && place + size + Int(tail[place + 20]) + Int(tail[place + 21]) << 8 == tail.count
    }
  }

  /// The offset of the zip64 record; nil when the bytes are not its locator.
  private static func wideRecord(
    _ locator: [UInt8], of file: CheckpointFile
  ) throws(CheckpointError) -> Int? {
    var cursor = ByteCursor(locator)
    guard cursor.integer(UInt32.self) == 0x0706_4B50 else { return nil }
    guard cursor.integer(UInt32.self) == 0, let offset = cursor.int(UInt64.self),
      let disks = cursor.integer(UInt32.self), disks <= 1
    else { throw file.malformed("the zip64 locator", "damaged", "one archive") }
    return offset
  }
}

/// The numbers of an end record.
private struct ZipEndFields {
  let disks: [Int]
  let entriesHere, entries, size, offset: Int

  /// One archive, all of whose entries are in this file.
  var isWhole: Bool { disks == [0, 0] && entriesHere == entries }

  /// The record of 32 bits from behind its signature, or the one of 64; nil, too, when that lacks its
  /// signature.
  init?(_ cursor: ByteCursor, isWide: Bool) {
    var cursor = cursor
    if isWide, cursor.integer(UInt32.self) != 0x0606_4B50 || cursor.take(12) == nil { return nil }
    func disk() -> Int? { isWide ? cursor.int(UInt32.self) : cursor.int(UInt16.self) }
    func count() -> Int? { isWide ? cursor.int(UInt64.self) : cursor.int(UInt16.self) }
    func place() -> Int? { isWide ? cursor.int(UInt64.self) : cursor.int(UInt32.self) }
    guard let first = disk(), let second = disk(), let here = count(), let entries = count(),
      let size = place(), let offset = place()
    else { return nil }
    disks = [first, second]
    (entriesHere, self.entries, self.size, self.offset) = (here, entries, size, offset)
  }
}
