/// How the blocks of a product are cut; see kernels.cu.
struct Cut: Equatable {
  /// Of rows, for a block.
  var tiles: Int
  /// Of the columns.
  var slices = 1
  var warps: Int
  /// Chunks of tiles that each warp fetches ahead.
  var stagedPieces = 0

  private static let pieceByteCount = TileLayout.rows * TileLayout.chunk

  var words: Words { Words(tiles, slices, stagedPieces) }
  var stagedByteCount: Int { warps * stagedPieces * Self.pieceByteCount }

  /// Rows of a matrix over all processors, the columns over a block's warps.
  static func rows(of matrix: DeviceMatrix, processors: Int, warpLimit: Int) -> Cut {
    let tiles = max(1, (matrix.tiles + processors - 1) / processors)
    return Cut(tiles: tiles, warps: warps(chunks: matrix.chunks, limit: warpLimit))
  }

  /// Rows and columns over all processors: the cut with the least work for a block.
  static func rowsAndColumns(
    of matrix: DeviceMatrix, processors: Int, warpLimit: Int
  ) -> Cut {
    var best = rows(of: matrix, processors: processors, warpLimit: warpLimit)
    var least = best.tiles * matrix.chunks
    for tiles in 1...8 {
      let groups = (matrix.tiles + tiles - 1) / tiles
      let slices = min(max(1, processors / groups), matrix.chunks)
      let chunks = (matrix.chunks + slices - 1) / slices
      let waves = (groups * slices + processors - 1) / processors
      let work = tiles * chunks * waves
      guard work < least else { continue }
      least = work
      best = Cut(
        tiles: tiles, slices: (matrix.chunks + chunks - 1) / chunks,
        warps: warps(chunks: chunks, limit: warpLimit))
    }
    return best
  }

  /// Chunks of columns of a block, whose positions take 96 KB then.
  private static let wideChunkLimit = 24

  /// The same for many positions, which each block quantises for itself: fewer columns and more rows
  /// of a block.
  static func wide(of matrix: DeviceMatrix, processors: Int) -> Cut {
    var (best, leastWork) = (Cut(tiles: 1, warps: Kernel.wideWarps), Int.max)
    for tiles in 1...16 {
      let groups = (matrix.tiles + tiles - 1) / tiles
      let least = (matrix.chunks + wideChunkLimit - 1) / wideChunkLimit
      let slices = min(max(least, processors / groups), matrix.chunks)
      let chunks = (matrix.chunks + slices - 1) / slices
      let waves = (groups * slices + processors - 1) / processors
      let work = waves * (tiles * chunks + 8 * chunks + 4 * tiles)
      guard work < leastWork else { continue }
      leastWork = work
      best.tiles = tiles
      best.slices = (matrix.chunks + chunks - 1) / chunks
    }
    return best
  }

  /// As many warps as share out the chunks evenly, and 4 at least, for what a block does besides.
  private static func warps(chunks: Int, limit: Int) -> Int {
    let each = (chunks + limit - 1) / limit
    return max((chunks + each - 1) / each, min(4, limit))
  }

  /// Fetches as much ahead as `byteCount` holds.
  func staging(_ matrix: DeviceMatrix, within byteCount: Int) -> Cut {
    guard matrix.kind == .int8 else { return self }
    var cut = self
    let chunks = (matrix.chunks + slices - 1) / slices
    let each = (chunks + warps - 1) / warps
    cut.stagedPieces = max(0, min(tiles * each, byteCount / (warps * Self.pieceByteCount)))
    return cut
  }
}
