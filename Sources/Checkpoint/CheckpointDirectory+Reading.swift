import SpecDecodePlatform

extension CheckpointDirectory {
  /// Bytes read at a time when a whole tensor is wanted.
  static let pieceSize = 1 << 20

  /// Bytes that are allocated without asking the system how much it has.
  private static let freelyAllocated = 1 << 26

  /// Reads a contiguous part of a tensor's bytes.
  ///
  /// Elements of F32, F16 and BF16 are checked to be finite. Safe to call from several threads, each
  /// with its own buffer.
  ///
  /// - Parameters:
  ///   - tensor: one of ``tensors``.
  ///   - bytes: the part, in bytes from the tensor's first; it must be whole elements.
  ///   - buffer: its contents are replaced and its memory reused; empty when this throws.
  /// - Throws: ``CheckpointError``: `outOfBounds`, `truncated`, `notReadable`, `notFinite`.
  package func read(
    _ tensor: TensorDescription, bytes: Range<Int>, into buffer: inout [UInt8]
  ) throws(CheckpointError) {
    try readUnchecked(tensor, bytes: bytes, into: &buffer)
    guard let element = FloatBits(tensor.type)?.firstNonFinite(in: buffer) else { return }
    buffer.removeAll()
    let first = bytes.lowerBound * 8 / tensor.type.bitWidth
    throw .notFinite(file: tensor.file, tensor: tensor.name, element: first + element)
  }

  /// Reads as ``read(_:bytes:into:)`` does, whatever the values.
  func readUnchecked(
    _ tensor: TensorDescription, bytes: Range<Int>, into buffer: inout [UInt8]
  ) throws(CheckpointError) {
    let elementSize = max(tensor.type.bitWidth / 8, 1)
    guard bytes.lowerBound >= 0, bytes.upperBound <= tensor.byteCount,
      bytes.lowerBound.isMultiple(of: elementSize), bytes.upperBound.isMultiple(of: elementSize)
    else {
      buffer.removeAll()
      throw .outOfBounds(
        file: tensor.file, tensor: tensor.name, bytes: bytes, byteCount: tensor.byteCount)
    }
    guard let file = files[tensor.file] else {
      buffer.removeAll()
      throw .missingTensor(directory: path, tensor: tensor.name)
    }
    if let storage = tensor.storage {
      do {
        try torch.read(tensor, storage, bytes: bytes, from: file, into: &buffer)
      } catch {
        buffer.removeAll()
        throw error
      }
    } else {
      try file.read(
        at: tensor.fileRange.lowerBound + bytes.lowerBound, count: bytes.count, into: &buffer,
        tensor: tensor.name)
    }
  }

  /// The whole tensor as f32, in row-major order.
  ///
  /// F32, F16 and BF16 are converted exactly; an I8 matrix is multiplied by its ``scales(of:)``, one
  /// rounding an element. The result takes up to 4 times the file.
  ///
  /// - Throws: ``CheckpointError``: `unsupportedType` for other types, `tooLarge` for more than the
  ///   memory holds, and what
  ///   ``read(_:bytes:into:)`` and ``scales(of:)`` throw.
  package func floats(_ tensor: TensorDescription) throws(CheckpointError) -> [Float] {
    guard [.f32, .f16, .bf16, .i8].contains(tensor.type) else {
      throw .unsupportedType(
        file: tensor.file, tensor: tensor.name, found: tensor.type.rawValue,
        expected: "F32, F16, BF16 or I8 with scales")
    }
    let (byteCount, overflow) = tensor.elementCount.multipliedReportingOverflow(by: 4)
    if overflow || byteCount > Self.freelyAllocated {
      try MemoryLimit.current.require(overflow ? .max : byteCount, for: url)
    }
    let scales = tensor.type == .i8 ? try scales(of: tensor) : []
    var result = [Float](repeating: 0, count: tensor.elementCount)
    var buffer: [UInt8] = []
    var element = 0
    for start in stride(from: 0, to: tensor.byteCount, by: Self.pieceSize) {
      let end = min(start + Self.pieceSize, tensor.byteCount)
      try read(tensor, bytes: start..<end, into: &buffer)
      element +=
        tensor.type == .i8
        ? FloatConversion.scale(buffer, by: scales, into: &result, at: element)
        : FloatConversion.convert(buffer, from: tensor.type, into: &result, at: element)
    }
    return result
  }

  /// The scales of an I8 matrix `[rows, columns]`: the tensor `<name>_scale`, F32 `[rows]`.
  ///
  /// A scale is small enough that 128 times it is finite, so every scaled weight is.
  ///
  /// - Throws: ``CheckpointError``: `missingTensor`, `unsupportedType`, `unexpectedShape`,
  ///   `notFinite`, and what reading throws.
  package func scales(of tensor: TensorDescription) throws(CheckpointError) -> [Float] {
    guard tensor.type == .i8 else {
      throw .unsupportedType(
        file: tensor.file, tensor: tensor.name, found: tensor.type.rawValue, expected: "I8")
    }
    let scaleTensor = try self.tensor(named: tensor.name + "_scale")
    guard scaleTensor.type == .f32 else {
      throw .unsupportedType(
        file: scaleTensor.file, tensor: scaleTensor.name, found: scaleTensor.type.rawValue,
        expected: "F32")
    }
    // A scalar has no rows, and one scale without dimensions.
    try scaleTensor.requireShape(Array(tensor.shape.prefix(1)))
    let scales = try floats(scaleTensor)
    if let element = scales.firstIndex(where: { !($0 * 128).isFinite }) {
      throw .notFinite(file: scaleTensor.file, tensor: scaleTensor.name, element: element)
    }
    return scales
  }

  /// Whether two tensors have the same type, shape and bytes, and the same scales if they are I8.
  ///
  /// - Throws: ``CheckpointError``: `truncated`, `notReadable`, `missingTensor`.
  package func hasSameValues(
    _ first: TensorDescription, _ second: TensorDescription
  ) throws(CheckpointError) -> Bool {
    guard first.type == second.type, first.shape == second.shape else { return false }
    if first.type == .i8 {
      let scales = try (
        tensor(named: first.name + "_scale"), tensor(named: second.name + "_scale")
      )
      guard try hasSameBytes(scales.0, scales.1) else { return false }
    }
    return try hasSameBytes(first, second)
  }

  private func hasSameBytes(
    _ first: TensorDescription, _ second: TensorDescription
  ) throws(CheckpointError) -> Bool {
    guard first.byteCount == second.byteCount else { return false }
    if first.renamed(second.name) == second { return true }
    var buffers: ([UInt8], [UInt8]) = ([], [])
    for start in stride(from: 0, to: first.byteCount, by: Self.pieceSize) {
      let piece = start..<min(start + Self.pieceSize, first.byteCount)
      try readUnchecked(first, bytes: piece, into: &buffers.0)
      try readUnchecked(second, bytes: piece, into: &buffers.1)
      guard buffers.0 == buffers.1 else { return false }
    }
    return true
  }
}
