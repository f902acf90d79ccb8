package import Checkpoint

/// Floats as the bytes of a weight type, rounded to nearest, ties to even.
package enum ElementEncoding: String, Sendable, CaseIterable {
  case f32, bf16, f16

  /// The type's name in a safetensors file.
  package var tensorType: TensorType {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .f16: .f16
    }
  }

  /// The little-endian bytes of values; within the type's range, or it traps.
  package func bytes(of values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * tensorType.bitWidth / 8)
    for value in values {
      switch self {
      case .f32: Self.append(value.bitPattern, to: &bytes)
      case .bf16: Self.append(Self.inRange(FloatConversion.bfloat16(value)), to: &bytes)
      case .f16: Self.append(Self.inRange(FloatConversion.half(value)), to: &bytes)
      }
    }
    return bytes
  }

  private static func inRange(_ bits: UInt16?) -> UInt16 {
    guard let bits else { preconditionFailure("a value beyond the range of its type") }
    return bits
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
