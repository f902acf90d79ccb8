import Checkpoint
import Foundation

/// Writes a quantised copy of a checkpoint, one tensor in memory at a time.
struct CheckpointQuantizer {
  /// The checkpoint to copy.
  let checkpoint: CheckpointDirectory
  /// Told how many steps of how many are done; throws to stop.
  let progress: (Int, Int) throws -> Void

  private static let rowsPerPiece = 256

  /// Writes `model.safetensors` into a folder.
  func write(to folder: URL) throws {
    let plan = try QuantizationPlan(checkpoint)
    var writer = try SafetensorsWriter(
      url: folder.appending(path: "model.safetensors"), metadata: checkpoint.metadata,
      entries: plan.entries)
    var done = 0
    func advance(by count: Int) throws {
      done += count
      try progress(done, plan.elementCount)
    }
    for tensor in plan.kept {
      try writer.append(FloatBytes.littleEndian(checkpoint.floats(tensor)))
      try advance(by: tensor.elementCount)
    }
    for tensor in plan.matrices {
      let scales = try Self.rows(of: tensor, in: checkpoint) { RowQuantization.scale(of: $0) }
      try writer.append(FloatBytes.littleEndian(scales))
      try advance(by: tensor.elementCount)
    }
    for tensor in plan.matrices {
      try append(tensor, to: &writer)
      try advance(by: tensor.elementCount)
    }
    try writer.finish()
  }

  private func append(
    _ tensor: TensorDescription, to writer: inout SafetensorsWriter
  ) throws(CheckpointError) {
    let rows = try Self.rows(of: tensor, in: checkpoint) { row in
      RowQuantization.quantized(row, scale: RowQuantization.scale(of: row))
    }
    for start in stride(from: 0, to: rows.count, by: Self.rowsPerPiece) {
      let piece = rows[start..<min(start + Self.rowsPerPiece, rows.count)]
      try writer.append(piece.flatMap { row in row.map { UInt8(bitPattern: $0) } })
    }
  }

  private static func rows<Result>(
    of tensor: TensorDescription, in checkpoint: CheckpointDirectory,
    transform: (ArraySlice<Float>) -> Result
  ) throws(CheckpointError) -> [Result] {
    let values = try checkpoint.floats(tensor)
    let columns = tensor.shape[1]
    return (0..<tensor.shape[0]).map { transform(values[$0 * columns..<($0 + 1) * columns]) }
  }
}
