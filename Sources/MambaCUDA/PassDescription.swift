/// What a pass does, as the host tells it to the kernels: the structure `Pass` of kernels.cu.
struct PassDescription {
  /// A sequence's part.
  struct Segment {
    let tokens: ArraySlice<Int>
    let scanIn: UInt64
    let scanOut: UInt64
    let tails: UInt64
    /// Where the first position's inputs of the scan go; nil for the pass's own room.
    let record: UInt64?
    /// Floats from a layer to the next in the record.
    let layerStride: Int
    /// Positions with logits, and where these go.
    let logits: [(position: Int, target: UInt64)]
    /// Tiles of the head's rows.
    let tiles: Range<Int>
  }

  private let segments: [Segment]
  private let room: UInt64
  /// Bytes of a position in a record.
  private let rowByteCount: Int

  static let wordCount = 5 + Kernel.rowLimit * (5 + 6 + 1 + 1)

  init(_ segments: [Segment], room: UInt64, recordStride: Int) {
    self.segments = segments
    self.room = room
    rowByteCount = 4 * recordStride
  }

  var shape: PassShape {
    PassShape(
      rows: segments.reduce(0) { $0 + $1.tokens.count }, segments: segments.count,
      longest: segments.map(\.tokens.count).max() ?? 0,
      logitRows: segments.reduce(0) { $0 + $1.logits.count })
  }

  /// In the order of the structure `Pass`.
  func write(to memory: SharedMemory) {
    fill(rowLimit: Kernel.rowLimit, header: Words()) { memory.store($0, at: $1) }
  }

  /// The same for fewer rows, with more words after the first five.
  func words(rowLimit: Int, header: Words) -> Words {
    var values = [UInt64](repeating: 0, count: 5 + header.values.count + rowLimit * (5 + 6 + 1 + 1))
    fill(rowLimit: rowLimit, header: header) { values[$1] = $0 }
    return Words(values)
  }

  private func fill(rowLimit: Int, header: Words, _ storeWord: (UInt64, Int) -> Void) {
    let shape = shape
    precondition(shape.rows <= rowLimit && shape.segments <= rowLimit)
    let rows = 5 + header.values.count, segmentWords = rows + 5 * rowLimit
    let logitRows = segmentWords + 6 * rowLimit, targets = logitRows + rowLimit
    let tiles = segments.filter { !$0.logits.isEmpty }.map(\.tiles)
    let firstTile = tiles.map(\.lowerBound).min() ?? 0
    let lastTile = tiles.map(\.upperBound).max() ?? 0
    func store(_ values: [UInt64], at index: Int) {
      for (offset, value) in values.enumerated() { storeWord(value, index + offset) }
    }
    store(
      Words(shape.rows, shape.segments, shape.logitRows, firstTile, lastTile - firstTile).values
        + header.values,
      at: 0)
    var (row, logit) = (0, 0)
    for (index, segment) in segments.enumerated() {
      store(
        [segment.scanIn, segment.scanOut, segment.tails]
          + Words(row, segment.tokens.count, segment.record == nil ? 0 : 1).values,
        at: segmentWords + 6 * index)
      for (position, target) in segment.logits {
        store(Words(row + position).values, at: logitRows + logit)
        storeWord(target, targets + logit)
        logit += 1
      }
      for (position, token) in segment.tokens.enumerated() {
        // Unrecorded positions share one room, by their row in the pass.
        let place =
          segment.record.map { $0 + UInt64(position * rowByteCount) }
          ?? room + UInt64(row * rowByteCount)
        store(
          [place]
            + Words(segment.record == nil ? 0 : segment.layerStride, index, position, token)
            .values, at: rows + 5 * row)
        row += 1
      }
    }
  }
}
