import SpecDecodePlatform

/// The directory of a zip archive whose entries are stored without compression, as `torch.save`
/// writes it.
///
/// Every offset is checked against the file, entries do not overlap, and no name stands twice.
struct ZipArchive {
  /// The entries by name.
  let entries: [String: ZipEntry]

  private static let localHeaderSize = 30

  /// Reads the directory and the local header of every entry.
  ///
  /// - Throws: ``CheckpointError``: `malformedArchive` or `unsupportedPickle`.
  /// - Complexity: O(*n* log *n*) for *n* entries.
  init(of file: CheckpointFile) throws(CheckpointError) {
    let end = try ZipEndRecord(of: file)
    var bytes: [UInt8] = []
    try file.read(
      at: end.directory.lowerBound, count: end.directory.count, into: &bytes, tensor: nil)
    var cursor = ByteCursor(bytes)
    var entries: [String: ZipEntry] = [:]
    while cursor.remaining > 0 {
      guard let listed = ZipDirectoryEntry(from: &cursor) else {
        throw file.malformed("entry \(entries.count) of the directory", "damaged", "a whole entry")
      }
      let entry = try Self.entry(listed, in: file, before: end.directory.lowerBound)
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw file.malformed(
          "the directory", "two entries \(quoted(entry.name))", "each name once")
      }
    }
    guard entries.count == end.entryCount else {
      throw file.malformed(
        "the directory", "\(entries.count) entries", "\(end.entryCount), as its end record says")
    }
    // PyTorch writes zeros when it is told not to compute any.
    let hasChecksums = entries.values.contains { $0.checksum != 0 }
    self.entries = hasChecksums ? entries : entries.mapValues(\.unchecked)
    try Self.checkOrder(entries, in: file)
  }

  /// The bytes of a small entry, compared with its checksum.
  static func contents(
    of entry: ZipEntry, in file: CheckpointFile, maximumSize: Int
  ) throws(CheckpointError) -> [UInt8] {
    guard entry.bytes.count <= maximumSize else {
      throw file.malformed(
        "the size of \(entry.name)", "\(entry.bytes.count) bytes", "at most \(maximumSize)")
    }
    var bytes: [UInt8] = []
    try file.read(at: entry.bytes.lowerBound, count: entry.bytes.count, into: &bytes, tensor: nil)
    let found = CRC32.of(bytes)
    if let checksum = entry.checksum, found != checksum {
      throw file.malformed("the CRC-32 of \(entry.name)", "\(found)", "\(checksum)")
    }
    return bytes
  }

  private static func entry(
    _ listed: ZipDirectoryEntry, in file: CheckpointFile, before limit: Int
  ) throws(CheckpointError) -> ZipEntry {
    guard listed.flags & 0x2041 == 0 else {
      throw .unsupportedPickle(file: file.path, found: "an encrypted entry \(quoted(listed.name))")
    }
    guard listed.method == 0 else {
      throw .unsupportedPickle(
        file: file.path,
        found: listed.name.contains("/code/")
          ? "a TorchScript program"
          : "an entry \(quoted(listed.name)) with compression method \(listed.method)")
    }
    func malformed(_ found: String, _ expected: String) -> CheckpointError {
      file.malformed("entry \(quoted(listed.name))", found, expected)
    }
    guard listed.size == listed.compressedSize else {
      throw malformed("\(listed.size) bytes stored as \(listed.compressedSize)", "equal sizes")
    }
    guard listed.headerOffset <= limit - localHeaderSize else {
      throw malformed("at \(listed.headerOffset)", "its header before \(limit)")
    }
    var header: [UInt8] = []
    let nameLength = listed.name.utf8.count
    let room = min(localHeaderSize + nameLength, limit - listed.headerOffset)
    try file.read(at: listed.headerOffset, count: room, into: &header, tensor: nil)
    var cursor = ByteCursor(header)
    guard cursor.integer(UInt32.self) == 0x0403_4B50, cursor.take(4) != nil,
      cursor.integer(UInt16.self) == 0, cursor.take(16) != nil,
      cursor.int(UInt16.self) == nameLength, let extra = cursor.int(UInt16.self),
      cursor.text(nameLength) == listed.name
    else { throw malformed("another local header", "the directory's name and method") }
    // All terms are below the file's size, but for the listed one.
    let start = listed.headerOffset + localHeaderSize + nameLength + extra
    guard start <= limit, listed.size <= limit - start else {
      throw malformed("\(listed.size) bytes from \(start)", "to end by \(limit)")
    }
    return ZipEntry(
      name: listed.name, headerOffset: listed.headerOffset, bytes: start..<start + listed.size,
      checksum: listed.checksum)
  }

  private static func checkOrder(
    _ entries: [String: ZipEntry], in file: CheckpointFile
  ) throws(CheckpointError) {
    let sorted = entries.values.sorted { ($0.headerOffset, $0.name) < ($1.headerOffset, $1.name) }
    for (entry, next) in zip(sorted, sorted.dropFirst())
    where entry.bytes.upperBound > next.headerOffset {
      throw file.malformed(
        "entry \(quoted(next.name))", "at \(next.headerOffset)",
        "after the end of \(quoted(entry.name)), \(entry.bytes.upperBound)")
    }
  }
}

extension CheckpointFile {
  /// What is wrong with an archive that the file should be.
  func malformed(_ field: String, _ found: String, _ expected: String) -> CheckpointError {
    .malformedArchive(file: path, field: field, found: found, expected: expected)
  }
}
