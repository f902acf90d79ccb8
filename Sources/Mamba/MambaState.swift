/// What a model remembers of everything that it has consumed, on the host. Its size does not depend
/// on how much that was.
///
/// The order is the same for all devices: the scans' states, [layers][channels][state size], then
/// the convolutions' last inputs, [layers][convolution width - 1][channels], oldest first.
package struct MambaState: Sendable {
  /// `MambaConfiguration.stateByteCount` / 4 values.
  package let values: [Float]

  package init(values: [Float]) {
    self.values = values
  }

  /// The state before the first token.
  package init(_ configuration: MambaConfiguration) {
    values = Array(repeating: 0, count: configuration.stateByteCount / 4)
  }

  /// Every value: to compare states bit by bit.
  package var bitPatterns: [UInt32] { values.map(\.bitPattern) }
}

/// As bytes every value is an f32, little-endian, bit by bit.
extension MambaState {
  /// The state as bytes.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values {
      for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
    return bytes
  }

  /// The state that was written as bytes.
  package init(_ configuration: MambaConfiguration, bytes: [UInt8]) throws(MambaStateError) {
    guard bytes.count == configuration.stateByteCount else {
      throw .byteCount(found: bytes.count, expected: configuration.stateByteCount)
    }
    values = stride(from: 0, to: bytes.count, by: 4).map { offset in
      var bits: UInt32 = 0
      for index in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[offset + index]) }
      return Float(bitPattern: bits)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
  }
}

/// Why bytes are no state of a model.
package enum MambaStateError: Error, Equatable, Sendable {
  /// There are not as many bytes as the model's shape takes.
  case byteCount(found: Int, expected: Int)
  /// A value is infinite or not a number; values count from 0.
  case notFinite(index: Int)
}
