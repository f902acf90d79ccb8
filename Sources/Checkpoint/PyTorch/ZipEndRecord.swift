import SpecDecodePlatform

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
    func malformed(_ field: String, _ found: String, _ expected: String) -> CheckpointError {
      .malformedArchive(file: file.path, field: field, found: found, expected: expected)
    }
    var tail: [UInt8] = []
    let tailSize = min(file.size, Self.size + Self.maximumComment)
    try file.read(at: file.size - tailSize, count: tailSize, into: &tail, tensor: nil)
    guard let place = Self.place(in: tail) else {
      throw malformed("its end", "no record of a zip archive", "a whole archive")
    }
    var end = file.size - tailSize + place
    var fields = ZipEndFields(narrow: ByteCursor(tail, at: place + 4))
    if end >= Self.locatorSize {
      var locator: [UInt8] = []
      try file.read(
        at: end - Self.locatorSize, count: Self.locatorSize, into: &locator, tensor: nil)
      if let offset = try Self.wideRecord(locator, malformed) {
        guard offset <= end - Self.locatorSize - Self.wideSize else {
          throw malformed("the zip64 record's offset", "\(offset)", "one before its locator")
        }
        var record: [UInt8] = []
        try file.read(at: offset, count: Self.wideSize, into: &record, tensor: nil)
        fields = ZipEndFields(wide: ByteCursor(record))
        end = offset
      }
    }
    guard let fields, fields.isWhole else {
      throw malformed("its end record", "damaged or of an archive in parts", "one archive")
    }
    guard fields.size <= Self.maximumDirectory else {
      throw malformed(
        "the directory's size", "\(fields.size) bytes", "at most \(Self.maximumDirectory)")
    }
    guard case let (sum, overflow) = fields.offset.addingReportingOverflow(fields.size),
      !overflow, sum == end
    else {
      throw malformed(
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
    _ locator: [UInt8], _ malformed: (String, String, String) -> CheckpointError
  ) throws(CheckpointError) -> Int? {
    var cursor = ByteCursor(locator)
    guard cursor.integer(UInt32.self) == 0x0706_4B50 else { return nil }
    guard cursor.integer(UInt32.self) == 0, let offset = cursor.int(UInt64.self),
      let disks = cursor.integer(UInt32.self), disks <= 1
    else { throw malformed("the zip64 locator", "damaged", "one archive") }
    return offset
  }
}

/// The numbers of an end record.
private struct ZipEndFields {
  let disks: [Int]
  let entriesHere, entries, size, offset: Int

  /// One archive, all of whose entries are in this file.
  var isWhole: Bool { disks == [0, 0] && entriesHere == entries }

  /// The record of 32 bits, from behind its signature.
  init?(narrow cursor: ByteCursor) {
    var cursor = cursor
    guard let disk = cursor.int(UInt16.self), let directoryDisk = cursor.int(UInt16.self),
      let entriesHere = cursor.int(UInt16.self), let entries = cursor.int(UInt16.self),
      let size = cursor.int(UInt32.self), let offset = cursor.int(UInt32.self)
    else { return nil }
    disks = [disk, directoryDisk]
    (self.entriesHere, self.entries, self.size, self.offset) = (entriesHere, entries, size, offset)
  }

  /// The record of 64 bits; nil, too, when its signature is missing.
  init?(wide cursor: ByteCursor) {
    var cursor = cursor
    guard cursor.integer(UInt32.self) == 0x0606_4B50, cursor.take(12) != nil,
      let disk = cursor.int(UInt32.self), let directoryDisk = cursor.int(UInt32.self),
      let entriesHere = cursor.int(UInt64.self), let entries = cursor.int(UInt64.self),
      let size = cursor.int(UInt64.self), let offset = cursor.int(UInt64.self)
    else { return nil }
    disks = [disk, directoryDisk]
    (self.entriesHere, self.entries, self.size, self.offset) = (entriesHere, entries, size, offset)
  }
}
