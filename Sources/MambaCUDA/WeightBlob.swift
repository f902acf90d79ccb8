import Checkpoint

/// Weights as they will lie in the GPU's memory, collected on the host and sent in one piece.
struct WeightBlob {
  private(set) var bytes: [UInt8] = []

  /// Where a piece lies; `address(in:)` gives it once the blob has a place.
  struct Place: Sendable {
    let offset: Int

    func address(in memory: DeviceMemory) -> UInt64 { memory.address + UInt64(offset) }
  }

  /// Room for zeros, on a boundary that all accesses suit.
  mutating func reserve(_ byteCount: Int) -> Place {
    let offset = (bytes.count + 255) / 256 * 256
    bytes.append(contentsOf: repeatElement(0, count: offset + byteCount - bytes.count))
    return Place(offset: offset)
  }

  /// Floats, then zeros up to `count`.
  mutating func append(_ values: [Float], count: Int) -> Place {
    precondition(values.count <= count)
    let place = reserve(4 * count)
    unsafe values.withUnsafeBytes { source in
      unsafe bytes.withUnsafeMutableBytes { target in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[place.offset...])
          .copyMemory(from: source)
      }
    }
    return place
  }

  /// Copies the elements of a row to where they lie in its tile.
  ///
  /// - Parameters:
  ///   - row: its number among the padded rows at `place`.
  ///   - group: elements that lie together: of int8 a chunk of columns, else one.
  mutating func pack(
    _ row: Int, of place: Place, from source: borrowing [UInt8], at start: Int, columns: Int,
    elementSize: Int
  ) {
    let tile = TileLayout(columns: columns, elementSize: elementSize)
    let target = place.offset + row / TileLayout.rows * tile.byteCount
    let lane = row % TileLayout.rows * tile.groupByteCount
    unsafe source.withUnsafeBytes { source in
      unsafe bytes.withUnsafeMutableBytes { bytes in
        for group in 0..<tile.groups {
          let first = group * tile.groupByteCount
          let size = min(tile.groupByteCount, columns * elementSize - first)
          let at = target + group * TileLayout.rows * tile.groupByteCount + lane
          for byte in 0..<size {
            unsafe bytes[at + byte] = source[start + first + byte]
          }
        }
      }
    }
  }
}

/// How 8 rows of a matrix lie together.
struct TileLayout {
  static let rows = 8
  /// Columns of int8 that lie together.
  static let chunk = 64

  /// Chunks that hold some columns; the last may have zeros.
  static func chunks(of columns: Int) -> Int { (columns + chunk - 1) / chunk }

  let groups: Int
  let groupByteCount: Int

  init(columns: Int, elementSize: Int) {
    let size = elementSize == 1 ? Self.chunk : 1
    groups = (columns + size - 1) / size
    groupByteCount = size * elementSize
  }

  /// Of a tile.
  var byteCount: Int { groups * groupByteCount * Self.rows }
}
