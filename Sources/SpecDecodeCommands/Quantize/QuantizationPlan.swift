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
