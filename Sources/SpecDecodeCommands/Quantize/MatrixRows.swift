import Checkpoint

/// The rows of a matrix in a file, a few at a time: memory stays small however large the matrix is.
struct MatrixRows {
  /// The most elements of a row.
  static let columnLimit = 1 << 24

  private static let rowsPerPiece = 256
  private static let elementsPerPiece = 1 << 20

  /// Where the matrix is.
  let checkpoint: CheckpointDirectory
  /// F32, F16 or BF16 `[rows, columns]`, both at least 1.
  let tensor: TensorDescription

  /// Hands over one piece after the other, as rows of f32.
  func forEachPiece(_ body: ([ArraySlice<Float>]) throws -> Void) throws {
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    let elementSize = tensor.type.bitWidth / 8
    let rowsPerPiece = min(Self.rowsPerPiece, max(Self.elementsPerPiece / columns, 1))
    var buffer: [UInt8] = []
    for start in stride(from: 0, to: rows, by: rowsPerPiece) {
      let end = min(start + rowsPerPiece, rows)
      let rowSize = columns * elementSize
      try checkpoint.read(tensor, bytes: start * rowSize..<end * rowSize, into: &buffer)
      let values = try FloatConversion.floats(buffer, of: tensor)
      try body((0..<end - start).map { values[$0 * columns..<($0 + 1) * columns] })
    }
  }
}
