/// A file of a zip archive, right or wrong.
package struct ZipPart: Sendable {
  package var name: String
  package var bytes: [UInt8]
  /// What the headers say instead of the truth; nil for the truth.
  package var checksum: UInt32?
  package var size: Int?
  package var offset: Int?
  package var localName: String?
  package var method: UInt16 = 0
  package var flags: UInt16 = 0
  /// Whether sizes and offset stand in a zip64 field.
  package var isWide = false

  /// A file that is stored as it should be.
  package init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// Zip archives without compression, written byte by byte.
package enum ZipBytes {
  /// What the end record says instead of the truth; nil for the truth.
  package struct End: Sendable {
    package var entryCount: Int?
    package var directorySize: Int?
    package var directoryOffset: Int?
    package var disk: UInt16 = 0
    package var comment: [UInt8] = []
    /// Whether the numbers stand in a zip64 record.
    package var isWide = false

    package init() {}
  }

  /// An archive of some files.
  package static func archive(_ parts: [ZipPart], end: End = End()) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for part in parts {
      directory += listed(part, at: bytes.count)
      bytes += local(part) + part.bytes
    }
    let offset = bytes.count
    bytes += directory
    let numbers = [
      end.entryCount ?? parts.count, end.directorySize ?? directory.count,
      end.directoryOffset ?? offset,
    ]
    if end.isWide { bytes += wideEnd(numbers, at: bytes.count) }
    let count = end.isWide ? 0xFFFF : UInt16(clamping: numbers[0])
    return bytes + little(UInt32(0x0605_4B50)) + little(end.disk) + little(UInt16(0))
      + little(count) + little(count)
      + numbers.dropFirst().flatMap { little(end.isWide ? UInt32.max : UInt32(clamping: $0)) }
      + little(UInt16(end.comment.count)) + end.comment
  }

  private static func local(_ part: ZipPart) -> [UInt8] {
    let name = Array((part.localName ?? part.name).utf8)
    return little(UInt32(0x0403_4B50)) + little(UInt16(20)) + common(part)
      + little(UInt16(name.count)) + little(UInt16(0)) + name
  }

  private static func listed(_ part: ZipPart, at offset: Int) -> [UInt8] {
    let name = Array(part.name.utf8)
    let size = part.size ?? part.bytes.count
    let extra = part.isWide ? wideField([size, size, part.offset ?? offset]) : []
    return little(UInt32(0x0201_4B50)) + little(UInt16(20)) + little(UInt16(20)) + common(part)
      + little(UInt16(name.count)) + little(UInt16(extra.count)) + [UInt8](repeating: 0, count: 10)
      + little(part.isWide ? UInt32.max : UInt32(clamping: part.offset ?? offset)) + name + extra
  }

  /// Flags to sizes: the same in both headers.
  private static func common(_ part: ZipPart) -> [UInt8] {
    let size = part.isWide ? UInt32.max : UInt32(clamping: part.size ?? part.bytes.count)
    return little(part.flags) + little(part.method) + [0, 0, 0, 0]
      + little(part.checksum ?? crc32(part.bytes)) + little(size) + little(size)
  }

  private static func wideField(_ numbers: [Int]) -> [UInt8] {
    // Another field first: readers must look for theirs.
    little(UInt16(0x4246)) + little(UInt16(2)) + [9, 9] + little(UInt16(1))
      + little(UInt16(8 * numbers.count))
      + numbers.flatMap { little(UInt64(bitPattern: Int64($0))) }
  }

  private static func wideEnd(_ numbers: [Int], at offset: Int) -> [UInt8] {
    let numbers = [numbers[0]] + numbers
    return little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt16(45))
      + little(UInt16(45)) + [UInt8](repeating: 0, count: 8)
      + numbers.flatMap { little(UInt64(bitPattern: Int64($0))) } + little(UInt32(0x0706_4B50))
      + little(UInt32(0)) + little(UInt64(offset)) + little(UInt32(1))
  }

  /// The checksum bit by bit.
  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var state = UInt32.max
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 {
        let bit = state & 1
        state >>= 1
        if bit == 1 { state ^= 0xEDB8_8320 }
      }
    }
    return ~state
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    RandomTensor.littleEndian(value)
  }
}
