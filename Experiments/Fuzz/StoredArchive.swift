/// A zip archive without compression and without checksums.
enum StoredArchive {
  /// The archive's bytes.
  static func bytes(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in files {
      let name = Array(name.utf8)
      // Flags, method, time, date and checksum are zero; the name's length; no extra field.
      let common =
        [UInt8](repeating: 0, count: 12) + little(bytes.count, 4) + little(bytes.count, 4)
        + little(name.count, 2) + little(0, 2)
      directory += little(0x0201_4B50, 4) + little(0x0014_0014, 4) + common
      directory += [UInt8](repeating: 0, count: 10) + little(archive.count, 4) + name
      archive += little(0x0403_4B50, 4) + little(0x14, 2) + common + name + bytes
    }
    let end =
      little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
      + little(directory.count, 4) + little(archive.count, 4) + little(0, 2)
    return archive + directory + end
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
