/// Reads numbers and runs of bytes one after another and never past the end.
package struct ByteCursor {
  private let bytes: [UInt8]
  /// Bytes read so far.
  package private(set) var position: Int

  /// Reads from an offset on.
  package init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = min(max(position, 0), bytes.count)
  }

  /// Bytes that are left.
  package var remaining: Int { bytes.count - position }

  /// The next number, little-endian; nil when too few bytes are left.
  package mutating func integer<Number: FixedWidthInteger>(
    _: Number.Type = Number.self
  ) -> Number? {
    let size = Number.bitWidth / 8
    guard remaining >= size else { return nil }
    defer { position += size }
    return bytes[position..<position + size].reversed().reduce(0) {
      $0 << 8 | Number(truncatingIfNeeded: $1)
    }
  }

  /// The next bytes; nil when too few are left.
  package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, remaining >= count else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The bytes up to a line feed, which is read too; nil without one.
  package mutating func line() -> ArraySlice<UInt8>? {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else { return nil }
    defer { position = end + 1 }
    return bytes[position..<end]
  }
}

/// The bytes of a number, the lowest first: what ``ByteCursor/integer(_:)`` reads.
package func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
  (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

extension ByteCursor {
  /// The next number as an `Int`; nil too when it does not fit.
  package mutating func int<Number: FixedWidthInteger>(_: Number.Type) -> Int? {
    integer(Number.self).flatMap { Int(exactly: $0) }
  }

  /// The next text; nil too when it is not UTF-8.
  package mutating func text(_ count: Int) -> String? {
    take(count).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
