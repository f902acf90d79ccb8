import Checkpoint
import TestSupport
import Testing

/// Archives made to mislead: each ends in a typed error.
@Suite struct HostileZipTests {
  private static let values: [Float] = [1, 2, 3]

  private static var parts: [ZipPart] {
    let tensor = TorchTensor("a", key: "0", elementCount: 3, shape: [3], strides: [1])
    return TorchBytes.parts(
      pickle: TorchBytes.stateDictionary([tensor]), storages: [("0", littleEndian(values))])
  }

  private static func error(_ change: (inout [ZipPart]) -> Void) throws -> CheckpointError? {
    var parts = parts
    change(&parts)
    return try TorchCheckpoint.error(ZipBytes.archive(parts))
  }

  private static func error(end change: (inout ZipBytes.End) -> Void) throws -> CheckpointError? {
    var end = ZipBytes.End()
    change(&end)
    return try TorchCheckpoint.error(ZipBytes.archive(parts, end: end))
  }

  @Test(arguments: [false, true], [false, true])
  func `archives with and without zip64 numbers are read`(
    hasWideEntries: Bool, hasWideEnd: Bool
  ) throws {
    var (parts, end) = (Self.parts, ZipBytes.End())
    for index in parts.indices { parts[index].isWide = hasWideEntries }
    end.isWide = hasWideEnd
    end.comment = Array("PK\u{5}\u{6} and more".utf8)
    let bytes = ZipBytes.archive(parts, end: end)
    #expect(try TorchCheckpoint(bytes).values() == ["a": Self.values])
  }

  @Test(arguments: [0, 2])
  func `a wrong checksum of pickle or storage is a typed error`(part: Int) throws {
    for checksum in [0, 1] as [UInt32] {
      let error = try Self.error { $0[part].checksum = checksum }
      #expect(error?.description.contains("CRC-32") == true)
    }
  }

  @Test(arguments: [0, 2], [-1, 0, 1, 1 << 31, Int(UInt32.max) - 1, .max])
  func `a wrong size is a typed error`(part: Int, size: Int) throws {
    for isWide in [false, true] where size >= 0 {
      let found = size > 1 ? size : Self.parts[part].bytes.count + (size == 0 ? -1 : 1)
      let error = try Self.error { ($0[part].size, $0[part].isWide) = (found, isWide) }
      #expect(error != nil)
    }
  }

  @Test(arguments: [0, 2], [1, 40, 1 << 20, Int(UInt32.max) - 1, .max, -1])
  func `an entry somewhere else is a typed error`(part: Int, offset: Int) throws {
    let error = try Self.error { ($0[part].offset, $0[part].isWide) = (offset, true) }
    #expect(error?.name == "malformedArchive")
  }

  @Test func `entries that share bytes are a typed error`() throws {
    let error = try Self.error { parts in
      parts.append(parts[2])
      parts[3].name = "archive/data/1"
      parts[3].localName = "archive/data/0"
    }
    #expect(error?.name == "malformedArchive")
    let overlapping = try Self.error { $0[0].size = $0[0].bytes.count + 10 }
    #expect(overlapping != nil)
  }

  @Test func `two entries of one name are a typed error`() throws {
    for part in [0, 2] {
      let error = try Self.error { $0.append($0[part]) }
      #expect(error?.description.contains("two entries") == true)
    }
    let pickles = try Self.error { parts in
      parts.append(parts[0])
      parts[3].name = "other/data.pkl"
    }
    #expect(pickles?.description.contains("2 entries data.pkl") == true)
  }

  @Test(arguments: [8, 12, 93, 99] as [UInt16])
  func `a compressed or encrypted entry is named`(method: UInt16) throws {
    let compressed = try Self.error { $0[2].method = method }
    #expect(compressed?.description.contains("method \(method)") == true)
    let encrypted = try Self.error { $0[2].flags = 1 }
    #expect(encrypted?.description.contains("encrypted") == true)
  }

  @Test(arguments: ["../../etc/passwd", "/etc/passwd", "C:\\x", "archive/../x", "", "\u{202E}"])
  func `a name like a path is only a name`(name: String) throws {
    var parts = Self.parts
    parts.append(ZipPart(name, [1]))
    #expect(try TorchCheckpoint(ZipBytes.archive(parts)).values() == ["a": Self.values])
  }

  @Test func `another name in the local header is a typed error`() throws {
    #expect(try Self.error { $0[2].localName = "archive/data/9" }?.name == "malformedArchive")
    #expect(
      try Self.error { $0[2].localName = "longer/archive/data/0" }?.name == "malformedArchive")
  }

  @Test(arguments: [false, true])
  func `an end record with other numbers is a typed error`(isWide: Bool) throws {
    for wrong in [0, 1, 1 << 16, 1 << 31, .max, -1] {
      #expect(try Self.error { ($0.isWide, $0.entryCount) = (isWide, wrong) } != nil)
      #expect(try Self.error { ($0.isWide, $0.directorySize) = (isWide, wrong) } != nil)
      #expect(try Self.error { ($0.isWide, $0.directoryOffset) = (isWide, wrong) } != nil)
    }
    #expect(try Self.error { $0.disk = 1 }?.name == "malformedArchive")
  }

  @Test(arguments: [[], [0x50], Array("PK".utf8), Array("PK\u{3}\u{4}".utf8), Array("hello".utf8)])
  func `a file that is no archive is a typed error`(bytes: [UInt8]) throws {
    #expect(try TorchCheckpoint.error(bytes)?.name == "malformedArchive")
  }

  @Test func `an empty archive, and one without a pickle, are typed errors`() throws {
    #expect(try TorchCheckpoint.error(ZipBytes.archive([])) != nil)
    #expect(try Self.error { $0.remove(at: 0) }?.description.contains("data.pkl") == true)
  }

  @Test func `numbers of the other byte order are a typed error`() throws {
    let error = try Self.error { $0[1].bytes = Array("big".utf8) }
    #expect(error?.description.contains("little-endian") == true)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `random damage is an error or leaves the values as they were`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let valid = ZipBytes.archive(Self.parts)
    let checkpoint = try TorchCheckpoint([])
    for _ in 0..<500 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = bytes.indices.randomElement(using: &generator) ?? 0
        bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
      }
      try checkpoint.replace(bytes)
      if let values = try? checkpoint.values() {
        #expect(values == ["a": Self.values])
      }
    }
  }
}
