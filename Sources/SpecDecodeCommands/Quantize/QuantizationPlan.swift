import Checkpoint
import Foundation

/// The tensors of a quantised checkpoint, in the order in which they are written.
///
/// Vectors and scales come first, then the int8 matrices, each group by name: so every f32 tensor
/// is aligned, and the same input gives the same file.
struct QuantizationPlan {
  /// Kept as f32.
  let kept: [TensorDescription]
  /// Written as I8 `[rows, columns]`, and scales F32 `[rows]`.
  let matrices: [TensorDescription]

  /// Sorts the tensors of a checkpoint, or some of them.
  ///
  /// - Throws: `CommandError.unexpectedContents` for a checkpoint without matrices, with one that
  ///   is quantised already, empty or too wide.
  init(
    _ checkpoint: CheckpointDirectory, tensors: [TensorDescription]? = nil
  ) throws(CommandError) {
    let tensors = (tensors ?? Array(checkpoint.tensors.values)).sorted { $0.name < $1.name }
    if let quantized = tensors.first(where: { $0.type == .i8 }) {
      throw .unexpectedContents(
        path: checkpoint.url.path(percentEncoded: false),
        found: "is quantised already: \(quantized.name) is I8",
        remedy: "give the checkpoint that it was made from")
    }
    matrices = tensors.filter { RowQuantization.applies(to: $0.name, shape: $0.shape) }
    kept = tensors.filter { !RowQuantization.applies(to: $0.name, shape: $0.shape) }
    guard !matrices.isEmpty else {
      throw .unexpectedContents(
        path: checkpoint.url.path(percentEncoded: false),
        found: "has no projection or embedding matrix to quantise",
        remedy: "give a Mamba checkpoint")
    }
    for tensor in matrices {
      guard !tensor.shape.contains(0), tensor.shape[1] <= MatrixRows.columnLimit else {
        throw .unexpectedContents(
          path: checkpoint.url.path(percentEncoded: false),
          found: "has a matrix \(tensor.name) of shape \(tensor.shape)",
          remedy: "give a checkpoint whose matrices have at least one row and 1 to "
            + "\(MatrixRows.columnLimit) columns")
      }
    }
  }

  /// What the header of the new file says.
  var entries: [SafetensorsWriter.Entry] {
    kept.map { SafetensorsWriter.Entry(name: $0.name, type: .f32, shape: $0.shape) }
      + matrices.map {
        SafetensorsWriter.Entry(
          name: "\($0.name)_scale", type: .f32, shape: Array($0.shape.prefix(1)))
      }
      + matrices.map {
        SafetensorsWriter.Entry(name: $0.name, type: .i8, shape: $0.shape)
      }
  }

  /// Steps of the work, for progress: matrices are read twice.
  var elementCount: Int {
    kept.reduce(0) { $0 + $1.elementCount } + 2 * matrices.reduce(0) { $0 + $1.elementCount }
  }
}

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
