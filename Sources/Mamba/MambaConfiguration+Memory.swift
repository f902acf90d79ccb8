package import Checkpoint
import Kernels

extension MambaConfiguration {
  /// Memory for the model and one session of it, in bytes; `Int.max` for more than that.
  ///
  /// A file of a few MiB can claim shapes whose sessions take many GiB.
  ///
  /// - Parameter members: threads of the team that computes.
  package func byteCount(in checkpoint: CheckpointDirectory, members: Int) -> Int {
    let session = MambaSession.byteCount(
      of: self, windowLimit: MambaSession.defaultWindowLimit, members: members)
    let (sum, overflow) = weightByteCount(in: checkpoint).addingReportingOverflow(session)
    return overflow ? .max : sum
  }

  /// The part of the address space that loading and one session need, in bytes: with what blocks of
  /// weights leave unused, which takes no memory, and what a file is read into.
  ///
  /// - Precondition: `byteCount(in:members:)` is a size that a machine can have.
  package func addressByteCount(in checkpoint: CheckpointDirectory, members: Int) -> Int {
    let matrices = requiredTensors.compactMap { checkpoint.tensors[$0.name] }
      .filter(Self.isMatrix).flatMap { tensor in
        let size = Self.packedByteCount(of: tensor)
        // Input and gate are packed one after the other.
        return tensor.name.hasSuffix(".in_proj.weight") ? [size / 2, size / 2] : [size]
      }
    return byteCount(in: checkpoint, members: members) - matrices.reduce(0, +)
      + WeightMemory.byteCount(ofMatrices: matrices) + Self.readingByteCount
  }

  /// Buffers for reading, and what the allocator keeps beside them.
  private static let readingByteCount = 32 << 20

  /// Memory for the weights of the model, in bytes: matrices keep their type, all else is f32, and
  /// both fill up blocks of lanes. `Int.max` for more than that.
  package func weightByteCount(in checkpoint: CheckpointDirectory) -> Int {
    requiredTensors.compactMap { checkpoint.tensors[$0.name] }.reduce(0) { sum, tensor in
      let (next, overflow) = sum.addingReportingOverflow(Self.packedByteCount(of: tensor))
      return overflow ? .max : next
    }
  }

  /// Rows fill up a block of lanes: a matrix of one row takes 16 times its bytes.
  private static func packedByteCount(of tensor: TensorDescription) -> Int {
    guard let rows = tensor.shape.first, rows > 0 else { return 0 }
    // No element has less than a byte, so no row has more elements than the file has bytes.
    let width = isMatrix(tensor) ? max(tensor.type.bitWidth / 8, 1) : 4
    let (bytes, isHuge) = (tensor.elementCount / rows).multipliedReportingOverflow(by: width)
    let (whole, overflow) = bytes.multipliedReportingOverflow(
      by: paddedCount(min(rows, Int.max - laneCount)))
    return isHuge || overflow ? .max : whole
  }

  /// Whether a tensor is packed in its own type.
  private static func isMatrix(_ tensor: TensorDescription) -> Bool {
    tensor.shape.count == 2 && !tensor.name.hasSuffix(".A_log")
  }
}
