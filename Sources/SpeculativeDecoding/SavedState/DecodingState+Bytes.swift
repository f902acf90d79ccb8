public import DecodingCore
import SpecDecodePlatform

/// The format, version 1. Numbers are little-endian, and no field is padded.
///
/// | bytes | what it is |
/// | --- | --- |
/// | 8 | 89 53 44 53 0D 0A 1A 0A: no text, and damaged where line ends were changed |
/// | 4 | the version |
/// | 32 | the verifier's fingerprint |
/// | 8 | the position |
/// | 4 | the number of sampler options |
/// | 12 each | its key, 4 bytes, and its value, 8 (`StoredSampler`) |
/// | 8, *n* | *n*, then the context's bytes |
/// | 8, *n* | *n*, then the pending bytes |
/// | 8, *n* | *n*, then the verifier's state |
/// | 32 | the SHA-256 of all before |
extension DecodingState {
  static let magic: [UInt8] = [0x89, 0x53, 0x44, 0x53, 0x0D, 0x0A, 0x1A, 0x0A]
  static let version: UInt32 = 1
  private static let digestSize = 32

  /// The state as bytes, to be kept in a file.
  ///
  /// - Complexity: O(*n*) in their number, with a digest of them.
  public func serialized() -> [UInt8] {
    let fields = StoredSampler(self).fields
    var bytes = Self.magic + littleEndian(Self.version) + fingerprint
    bytes += littleEndian(position) + littleEndian(UInt32(fields.count))
    for field in fields { bytes += littleEndian(field.key) + littleEndian(field.value) }
    for run in [contextBytes, pendingBytes, verifierState] {
      bytes += littleEndian(UInt64(run.count)) + run
    }
    return bytes + SHA256.digest(of: bytes)
  }

  /// Reads what ``serialized()`` gave. The bytes are not trusted: each size is compared with what there
  /// is before it is used, and the verifier's state is checked by the verifier that takes it up.
  ///
  /// - Throws: `SavedStateError`.
  public init(bytes: [UInt8]) throws(SavedStateError) {
    guard bytes.starts(with: Self.magic) else { throw .notASavedState }
    var cursor = ByteCursor(bytes, at: Self.magic.count)
    let version: UInt32 = try cursor.number("version")
    guard version == Self.version else {
      throw .unsupportedVersion(found: version, supported: Self.version)
    }
    fingerprint = Array(try cursor.run(32, "fingerprint"))
    position = try Self.position(&cursor)
    let sampler = try StoredSampler(try Self.samplerFields(&cursor))
    (sampling, keepsValidUTF8) = (sampler.sampling, sampler.keepsValidUTF8)
    contextBytes = Array(try cursor.countedRun("context"))
    pendingBytes = Array(try cursor.countedRun("pending bytes"))
    verifierState = Array(try cursor.countedRun("verifier state"))
    let end = cursor.position
    let digest = try cursor.run(UInt64(Self.digestSize), "checksum")
    guard cursor.remaining == 0 else {
      throw .invalidField(
        name: "end", value: "followed by \(cursor.remaining) bytes", expected: "the last byte")
    }
    guard digest.elementsEqual(SHA256.digest(of: Array(bytes[..<end]))) else { throw .damaged }
    try checkRuns()
  }

  private func checkRuns() throws(SavedStateError) {
    guard contextBytes.count <= Self.contextLimit else {
      throw .invalidField(
        name: "context", value: "\(contextBytes.count) bytes long",
        expected: "\(Self.contextLimit) long at most")
    }
    guard !pendingBytes.isEmpty else {
      throw .invalidField(name: "pending bytes", value: "empty", expected: "at least one byte")
    }
  }

  private static func position(_ cursor: inout ByteCursor) throws(SavedStateError) -> UInt64 {
    let position: UInt64 = try cursor.number("position")
    guard position <= positionLimit else {
      throw .invalidField(
        name: "position", value: "\(position)", expected: "at most \(positionLimit)")
    }
    return position
  }

  private static func samplerFields(
    _ cursor: inout ByteCursor
  ) throws(SavedStateError) -> [StoredSampler.Field] {
    let count: UInt32 = try cursor.number("number of sampler options")
    guard count <= 64 else {
      throw .invalidField(
        name: "number of sampler options", value: "\(count)", expected: "at most 64")
    }
    var fields: [StoredSampler.Field] = []
    for _ in 0..<count {
      fields.append(
        .init(key: try cursor.number("sampler option"), value: try cursor.number("sampler option"))
      )
    }
    return fields
  }
}

extension ByteCursor {
  fileprivate mutating func number<Number: FixedWidthInteger>(
    _ field: String
  ) throws(SavedStateError) -> Number {
    let left = remaining
    guard let number = integer(Number.self) else {
      throw .truncated(field: field, expected: UInt64(Number.bitWidth / 8), found: left)
    }
    return number
  }

  fileprivate mutating func run(
    _ count: UInt64, _ field: String
  ) throws(SavedStateError) -> ArraySlice<UInt8> {
    let left = remaining
    guard let count = Int(exactly: count), let run = take(count) else {
      throw .truncated(field: field, expected: count, found: left)
    }
    return run
  }

  fileprivate mutating func countedRun(
    _ field: String
  ) throws(SavedStateError) -> ArraySlice<UInt8> {
    try run(try number("length of the \(field)"), field)
  }
}
