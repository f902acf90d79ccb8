package import Checkpoint
import Kernels

/// Memory for a model on the processor, one session of it, and the snapshots that its owner keeps.
///
/// A file of a few MiB can claim shapes whose sessions take many GiB, so this is computed before
/// anything is allocated.
package struct CPUMemory {
  /// In bytes; `Int.max` for more than that.
  package let byteCount: Int

  private let configuration: MambaConfiguration
  private let checkpoint: CheckpointDirectory

  /// - Parameters:
  ///   - members: threads of the team that computes.
  ///   - snapshots: copies of the state, each with a row of logits.
  package init(
    of configuration: MambaConfiguration, in checkpoint: CheckpointDirectory, members: Int,
    snapshots: Int = 0
  ) {
    self.configuration = configuration
    self.checkpoint = checkpoint
    let windowLimit = MambaSession.defaultWindowLimit
    let chunkLimit = Self.chunkLimit(
      of: configuration, windowLimit: windowLimit, members: members)
    let workspace =
      MambaWorkspace.byteCount(
        of: configuration, rowLimit: windowLimit, logitLimit: windowLimit, isRecording: true,
        members: members)
      + MambaWorkspace.byteCount(
        of: configuration, rowLimit: chunkLimit, logitLimit: 1, isRecording: false,
        members: members)
    let snapshot = configuration.packedStateByteCount + 4 * configuration.vocabularySize
    let parts = [
      2 * configuration.packedStateByteCount + workspace, snapshots * snapshot,
      configuration.weightByteCount(in: checkpoint),
    ]
    byteCount = parts.reduce(0) { sum, part in
      let (next, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : next
    }
  }

  /// The part of the address space that loading and one session need, in bytes: with what blocks of
  /// weights leave unused, which takes no memory, and what a file is read into.
  ///
  /// - Precondition: `byteCount` is a size that a machine can have.
  package var addressByteCount: Int {
    let matrices = configuration.requiredTensors.compactMap { checkpoint.tensors[$0.name] }
      .filter(MambaConfiguration.isMatrix).flatMap { tensor in
        let size = MambaConfiguration.packedByteCount(of: tensor)
        // Input and gate are packed one after the other.
        return tensor.name.hasSuffix(".in_proj.weight") ? [size / 2, size / 2] : [size]
      }
    return byteCount - matrices.reduce(0, +)
      + WeightMemory.byteCount(ofMatrices: matrices) + Self.readingByteCount
  }

  /// Buffers for reading, and what the allocator keeps beside them.
  private static let readingByteCount = 32 << 20

  /// As many positions of a pass as fit 32 MiB of buffers: results do not depend on it.
  static func chunkLimit(
    of configuration: MambaConfiguration, windowLimit: Int, members: Int
  ) -> Int {
    let floats =
      configuration.paddedHiddenSize * (1 + members) + configuration.paddedInnerSize * 5
      + configuration.paddedScanRows
    return min(max((32 << 20) / (4 * floats), windowLimit), 256)
  }
}

extension MambaConfiguration {
  /// `innerSize` in whole blocks of lanes.
  var paddedInnerSize: Int { paddedCount(innerSize) }

  /// `hiddenSize` in whole blocks of lanes.
  var paddedHiddenSize: Int { paddedCount(hiddenSize) }

  /// Rows of the projection to step size, B and C, in whole panels.
  var paddedScanRows: Int { paddedCount(timeStepRank + 2 * stateSize) }

  /// Bytes of a state in blocks of lanes.
  var packedStateByteCount: Int {
    layerCount * paddedInnerSize * (stateSize + convolutionWidth - 1) * 4
  }

  /// Memory for the weights of the model, in bytes: matrices keep their type, all else is f32, and
  /// both fill up blocks of lanes. `Int.max` for more than that.
  package func weightByteCount(in checkpoint: CheckpointDirectory) -> Int {
    requiredTensors.compactMap { checkpoint.tensors[$0.name] }.reduce(0) { sum, tensor in
      let (next, overflow) = sum.addingReportingOverflow(Self.packedByteCount(of: tensor))
      return overflow ? .max : next
    }
  }

  /// Rows fill up a block of lanes: a matrix of one row takes 16 times its bytes.
  fileprivate static func packedByteCount(of tensor: TensorDescription) -> Int {
    guard let rows = tensor.shape.first, rows > 0 else { return 0 }
    // No element has less than a byte, so no row has more elements than the file has bytes.
    let width = isMatrix(tensor) ? max(tensor.type.bitWidth / 8, 1) : 4
    let (bytes, isHuge) = (tensor.elementCount / rows).multipliedReportingOverflow(by: width)
    let (whole, overflow) = bytes.multipliedReportingOverflow(
      by: paddedCount(min(rows, Int.max - laneCount)))
    return isHuge || overflow ? .max : whole
  }

  /// Whether a tensor is packed in its own type.
  fileprivate static func isMatrix(_ tensor: TensorDescription) -> Bool {
    tensor.shape.count == 2 && !tensor.name.hasSuffix(".A_log")
  }
}
