/// The checksum of zip archives: CRC-32 with the reflected polynomial 0xEDB88320.
struct CRC32 {
  private var state: UInt32 = .max

  /// The checksum of what was added.
  var value: UInt32 { ~state }

  /// Adds bytes.
  mutating func update(_ bytes: [UInt8]) {
    let tables = Self.tables
    var state = state
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe tables.withUnsafeBufferPointer { table in
        // SAFETY: offset + 8 <= bytes.count; a table index is under 8 * 256, as a byte is under 256.
        var offset = 0
        while offset + 8 <= bytes.count {
          let word =
            UInt64(
              littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            ^ UInt64(state)
          var next: UInt32 = 0
          for place in 0..<8 {
            let byte = Int(truncatingIfNeeded: word >> UInt64(8 * place) & 0xFF)
            unsafe next ^= table[(7 - place) << 8 | byte]
          }
          state = next
          offset += 8
        }
        while offset < bytes.count {
          let byte = UInt8(truncatingIfNeeded: state) ^ (unsafe bytes[offset])
          unsafe state = state >> 8 ^ table[Int(byte)]
          offset += 1
        }
      }
    }
    self.state = state
  }

  /// The checksum of some bytes.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var checksum = CRC32()
    checksum.update(bytes)
    return checksum.value
  }

  /// Table n, at n * 256, is for a byte that n bytes follow: eight are taken at a time.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt32(byte)) { state, _ in
        state & 1 == 1 ? state >> 1 ^ 0xEDB8_8320 : state >> 1
      }
    }
    for index in 256..<tables.count {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()
}
