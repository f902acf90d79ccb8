import Checkpoint
import Foundation

extension QuantizationPlan: WeightsPlan {
  /// Writes the quantised copy, a piece of a matrix in memory at a time.
  ///
  /// - Throws: also `CommandError.unexpectedContents` for a weight too large for a scale.
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
        try writer.append(FloatBytes.littleEndian(rows.map { try Self.scale(of: $0, in: tensor) }))
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

  private static func scale(
    of row: ArraySlice<Float>, in tensor: TensorDescription
  ) throws(CommandError) -> Float {
    let scale = RowQuantization.scale(of: row)
    guard RowQuantization.isReadable(scale: scale) else {
      throw .unexpectedContents(
        path: tensor.file,
        found: "has a weight of magnitude \(row.reduce(0) { max($0, $1.magnitude) }) in "
          + "\(tensor.name), too large for 8 bits and a scale",
        remedy: "use a checkpoint whose training has not diverged, or keep its type")
    }
    return scale
  }

  private static func integers(_ row: ArraySlice<Float>) -> [UInt8] {
    RowQuantization.quantized(row, scale: RowQuantization.scale(of: row))
      .map { UInt8(bitPattern: $0) }
  }
}
