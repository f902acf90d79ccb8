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

  /// The little-endian bytes of finite values within the type's range.
  package func bytes(of values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * tensorType.bitWidth / 8)
    for value in values {
      switch self {
      case .f32: Self.append(value.bitPattern, to: &bytes)
      case .bf16: Self.append(Self.bfloat16(value), to: &bytes)
      case .f16: Self.append(Self.half(value), to: &bytes)
      }
    }
    return bytes
  }

  /// The nearest bfloat16 of a finite value.
  package static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  /// The nearest half of a value of magnitude at most 65,504. `Float16` does not exist on Macs
  /// with x86.
  package static func half(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 31) << 15
    let magnitude = value.magnitude
    guard magnitude >= 0x1p-14 else {
      // Subnormal: a count of 2^-24.
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let bits = magnitude.bitPattern
    let rounded = (bits + 0xFFF + (bits >> 13 & 1)) >> 13
    return sign | UInt16(truncatingIfNeeded: rounded - 112 << 10)
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
