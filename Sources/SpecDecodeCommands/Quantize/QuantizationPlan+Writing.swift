import Checkpoint
import Foundation

extension QuantizationPlan: WeightsPlan {
  /// Writes the quantised copy, a piece of a matrix in memory at a time.
  func write(
    to file: URL, from checkpoint: CheckpointDirectory, metadata: [String: String],
    progress: (Int, Int) throws -> Void
  ) throws {
    var writer = try SafetensorsWriter(url: file, metadata: metadata, entries: entries)
    var done = 0
    func advance(by count: Int) throws {
      done += count
      try progress(done, elementCount)
    }
    for tensor in kept {
      try writer.append(FloatBytes.littleEndian(checkpoint.floats(tensor)))
      try advance(by: tensor.elementCount)
    }
    for tensor in matrices {
      try MatrixRows(checkpoint: checkpoint, tensor: tensor).forEachPiece { rows in
        try writer.append(FloatBytes.littleEndian(rows.map(RowQuantization.scale)))
        try advance(by: rows.reduce(0) { $0 + $1.count })
      }
    }
    for tensor in matrices {
      try MatrixRows(checkpoint: checkpoint, tensor: tensor).forEachPiece { rows in
        try writer.append(rows.flatMap(Self.integers))
        try advance(by: rows.reduce(0) { $0 + $1.count })
      }
    }
    try writer.finish()
  }

  private static func integers(_ row: ArraySlice<Float>) -> [UInt8] {
    RowQuantization.quantized(row, scale: RowQuantization.scale(of: row))
      .map { UInt8(bitPattern: $0) }
  }
}
