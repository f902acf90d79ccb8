import Synchronization

/// Reads tensors of PyTorch files: compares each storage with its checksum once, and puts the
/// elements of views in row-major order. Safe to use from several threads.
final class TorchReader: Sendable {
  private struct State {
    var verified: Set<TensorStorage> = []
    /// The last view that was put in order: a matrix is asked for a few rows at a time.
    var ordered: (tensor: TensorDescription, bytes: [UInt8])?
  }

  private let state = Mutex(State())
  private static let windowSize = 1 << 16

  /// Replaces `buffer` by part of a tensor's bytes, in row-major order.
  func read(
    _ tensor: TensorDescription, _ storage: TensorStorage, bytes: Range<Int>,
    from file: CheckpointFile, into buffer: inout [UInt8]
  ) throws(CheckpointError) {
    try verify(storage, of: tensor, in: file)
    guard let strides = tensor.strides else {
      return try file.read(
        at: tensor.fileRange.lowerBound + bytes.lowerBound, count: bytes.count, into: &buffer,
        tensor: tensor.name)
    }
    buffer.removeAll(keepingCapacity: true)
    if let known = state.withLock({ $0.ordered?.tensor == tensor ? $0.ordered?.bytes : nil }) {
      buffer += known[bytes]
      return
    }
    let whole = try ordered(tensor, strides, in: file)
    state.withLock { $0.ordered = (tensor, whole) }
    buffer += whole[bytes]
  }

  private func verify(
    _ storage: TensorStorage, of tensor: TensorDescription, in file: CheckpointFile
  ) throws(CheckpointError) {
    guard let expected = storage.checksum,
      !state.withLock({ $0.verified.contains(storage) })
    else { return }
    var checksum = CRC32()
    var piece: [UInt8] = []
    for start in stride(
      from: storage.bytes.lowerBound, to: storage.bytes.upperBound,
      by: CheckpointDirectory.pieceSize)
    {
      let count = min(CheckpointDirectory.pieceSize, storage.bytes.upperBound - start)
      try file.read(at: start, count: count, into: &piece, tensor: tensor.name)
      checksum.update(piece)
    }
    guard checksum.value == expected else {
      throw .malformedTensor(
        file: file.path, tensor: tensor.name, field: "the CRC-32 of its storage",
        found: "\(checksum.value)", expected: "\(expected)")
    }
    _ = state.withLock { $0.verified.insert(storage) }
  }

  /// Elements come in the order of the storage, so that the window moves over the file once.
  private func ordered(
    _ tensor: TensorDescription, _ strides: [Int], in file: CheckpointFile
  ) throws(CheckpointError) -> [UInt8] {
    let width = tensor.type.bitWidth / 8
    var result = [UInt8](repeating: 0, count: tensor.byteCount)
    var window: [UInt8] = []
    var windowStart = 0
    let view = StridedView(shape: tensor.shape, strides: strides)
    try view.forEachElement { (source, target) throws(CheckpointError) in
      let offset = source * width
      if window.isEmpty || offset + width > windowStart + window.count {
        windowStart = offset
        try file.read(
          at: tensor.fileRange.lowerBound + offset,
          count: min(Self.windowSize, tensor.fileRange.count - offset), into: &window,
          tensor: tensor.name)
      }
      for byte in 0..<width {
        result[target * width + byte] = window[offset - windowStart + byte]
      }
    }
    return result
  }
}
