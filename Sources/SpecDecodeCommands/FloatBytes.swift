import Checkpoint

/// Numbers as they stand in files.
enum FloatBytes {
  /// The bits of each number, the lowest byte first.
  static func littleEndian(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values {
      let bits = value.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return bytes
  }

  /// The numbers of part of a tensor of F32, F16 or BF16, exact in f32.
  static func floats(
    _ bytes: [UInt8], of tensor: TensorDescription
  ) throws(CheckpointError) -> [Float] {
    func half(at index: Int) -> UInt16 { UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8 }
    switch tensor.type {
    case .f32:
      return stride(from: 0, to: bytes.count, by: 4).map { index in
        Float(bitPattern: UInt32(half(at: index)) | UInt32(half(at: index + 2)) << 16)
      }
    case .f16:
      return stride(from: 0, to: bytes.count, by: 2)
        .map { FloatConversion.float(half: half(at: $0)) }
    case .bf16:
      return stride(from: 0, to: bytes.count, by: 2)
        .map { FloatConversion.float(bfloat16: half(at: $0)) }
    default:
      throw .unsupportedType(
        file: tensor.file, tensor: tensor.name, found: tensor.type.rawValue,
        expected: "F32, F16 or BF16")
    }
  }
}
