import Kernels

/// Why bytes are no state of a model.
package enum MambaStateError: Error, Equatable, Sendable {
  /// There are not as many bytes as the model's shape takes.
  case byteCount(found: Int, expected: Int)
  /// A value is infinite or not a number; values count from 0.
  case notFinite(index: Int)
}

/// Every value as f32, little-endian, bit by bit: the scans' states, [layers][channels][state
/// size], then the convolutions' last inputs, [layers][convolution width - 1][channels], oldest
/// first. Channels that only fill up blocks of lanes are left out.
extension MambaState {
  /// The state as bytes.
  package var bytes: [UInt8] {
    let memory = memory
    var bytes: [UInt8] = []
    bytes.reserveCapacity(memory.layout.storedByteCount)
    memory.layout.forEachStored { place in
      let value = place.isScan ? memory.scan[place.index] : memory.tails[place.index]
      for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
    return bytes
  }

  /// The state that was written as bytes.
  package init(_ configuration: MambaConfiguration, bytes: [UInt8]) throws(MambaStateError) {
    self.init(configuration)
    let memory = memory
    let expected = memory.layout.storedByteCount
    guard bytes.count == expected else {
      throw .byteCount(found: bytes.count, expected: expected)
    }
    var offset = 0
    var firstNonFinite: Int?
    memory.layout.forEachStored { place in
      var bits: UInt32 = 0
      for index in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[offset + index]) }
      let value = Float(bitPattern: bits)
      if !value.isFinite, firstNonFinite == nil { firstNonFinite = offset / 4 }
      (place.isScan ? memory.scan : memory.tails)[place.index] = value
      offset += 4
    }
    if let index = firstNonFinite { throw .notFinite(index: index) }
  }
}

extension StateLayout {
  /// Where a value lies in memory.
  struct Place {
    /// Whether it is a scan's.
    let isScan: Bool
    /// Its index in the buffer.
    let index: Int
  }

  /// Bytes of a state without padding.
  var storedByteCount: Int { layerCount * innerSize * (stateSize + tailLength) * 4 }

  /// Visits the values in the order in which they are stored.
  func forEachStored(_ body: (Place) -> Void) {
    for layer in 0..<layerCount {
      for channel in 0..<innerSize {
        let block = layer * scanStride + channel / laneCount * laneCount * stateSize
        for value in 0..<stateSize {
          body(Place(isScan: true, index: block + value * laneCount + channel % laneCount))
        }
      }
    }
    for row in 0..<layerCount * tailLength {
      for channel in 0..<innerSize {
        body(Place(isScan: false, index: row * channels + channel))
      }
    }
  }
}
