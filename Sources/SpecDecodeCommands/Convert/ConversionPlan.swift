import Checkpoint
import Foundation

/// The tensors of a checkpoint in floating-point types, in the order in which they are written: the
/// widest types first, so that all are aligned, then by name.
struct ConversionPlan: WeightsPlan {
  /// What is read, and the type in which it is written.
  private let tensors: [(source: TensorDescription, type: TensorType)]

  private static let pieceSize = 1 << 20

  /// Plans to write tensors in their own types, or all in another.
  ///
  /// - Throws: `CommandError.unexpectedContents` for integers that would get another type.
  init(
    _ checkpoint: CheckpointDirectory, tensors: [TensorDescription], type: TensorType?
  ) throws {
    if type != nil, let quantized = tensors.first(where: { $0.type == .i8 }) {
      throw CommandError.unexpectedContents(
        path: checkpoint.url.path(percentEncoded: false),
        found: "is quantised: \(quantized.name) is I8",
        remedy: "give the checkpoint that it was made from, or leave --dtype out")
    }
    var planned = tensors.map { (source: $0, type: type ?? $0.type) }
    for tensor in tensors where tensor.type == .i8 {
      _ = try checkpoint.scales(of: tensor)
      planned.append((try checkpoint.tensor(named: tensor.name + "_scale"), .f32))
    }
    self.tensors = planned.sorted {
      ($1.type.bitWidth, $0.source.name) < ($0.type.bitWidth, $1.source.name)
    }
  }

  func write(
    to file: URL, from checkpoint: CheckpointDirectory, metadata: [String: String],
    progress: (Int, Int) throws -> Void
  ) throws {
    var writer = try SafetensorsWriter(
      url: file, metadata: metadata,
      entries: tensors.map {
        SafetensorsWriter.Entry(name: $0.source.name, type: $0.type, shape: $0.source.shape)
      })
    let whole = tensors.reduce(0) { $0 + $1.source.byteCount }
    var done = 0
    var bytes: [UInt8] = []
    for (source, type) in tensors {
      for start in stride(from: 0, to: source.byteCount, by: Self.pieceSize) {
        let end = min(start + Self.pieceSize, source.byteCount)
        try checkpoint.read(source, bytes: start..<end, into: &bytes)
        if type != source.type {
          bytes = try TypeConversion(tensor: source, type: type, offset: start).converted(bytes)
        }
        try writer.append(bytes)
        done += end - start
        try progress(done, whole)
      }
    }
    try writer.finish()
  }
}
