import Checkpoint
import Foundation
import Mamba

/// Writes a quantised copy of a checkpoint, a piece of a matrix in memory at a time.
struct CheckpointQuantizer {
  /// The checkpoint to copy.
  let checkpoint: CheckpointDirectory
  /// What becomes of its tensors.
  let plan: QuantizationPlan
  /// To how many bits activations will be quantised.
  let activations: ActivationWidths
  /// Told how many steps of how many are done; throws to stop.
  let progress: (Int, Int) throws -> Void

  /// Writes `model.safetensors` into a folder.
  func write(to folder: URL) throws {
    var writer = try SafetensorsWriter(
      url: folder.appending(path: "model.safetensors"),
      metadata: activations.stated(in: checkpoint.metadata), entries: plan.entries)
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
      try MatrixRows(checkpoint: checkpoint, tensor: tensor).forEachPiece { rows in
        try writer.append(FloatBytes.littleEndian(rows.map(RowQuantization.scale)))
        try advance(by: rows.reduce(0) { $0 + $1.count })
      }
    }
    for tensor in plan.matrices {
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
