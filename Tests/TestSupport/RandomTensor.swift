import Checkpoint

/// A tensor of a tiny model, as it will be written.
struct RandomTensor {
  var name: String
  var shape: [Int]
  var type: TensorType
  var bytes: [UInt8]

  static func vector(
    _ name: String, _ shape: [Int], _ range: ClosedRange<Float>,
    _ generator: inout SeededGenerator
  ) -> RandomTensor {
    var bytes: [UInt8] = []
    let count = shape.reduce(1, *)
    bytes.reserveCapacity(count * 4)
    for _ in 0..<count {
      bytes += littleEndian(Float.random(in: range, using: &generator).bitPattern)
    }
    return RandomTensor(name: name, shape: shape, type: .f32, bytes: bytes)
  }

  static func bytes(
    _ name: String, _ shape: [Int], _ generator: inout SeededGenerator
  ) -> RandomTensor {
    let bytes = (0..<shape.reduce(1, *)).map { _ in
      UInt8(bitPattern: Int8.random(in: -127...127, using: &generator))
    }
    return RandomTensor(name: name, shape: shape, type: .i8, bytes: bytes)
  }

  /// The tensor, or its scales, by another name; nil when it is another tensor.
  func copy(of original: String, as name: String) -> RandomTensor? {
    guard self.name == original || self.name == original + "_scale" else { return nil }
    var copy = self
    copy.name = name + self.name.dropFirst(original.count)
    return copy
  }

  func stored(as storage: TinyModel.Storage) -> RandomTensor {
    var tensor = self
    let words = stride(from: 0, to: bytes.count, by: 4).map { Self.word(bytes[$0..<$0 + 4]) }
    switch storage {
    case .f32, .i8: return self
    case .bf16:
      tensor.type = .bf16
      tensor.bytes = words.flatMap { Self.littleEndian(UInt16(truncatingIfNeeded: $0 >> 16)) }
    case .f16:
      tensor.type = .f16
      tensor.bytes = words.flatMap { Self.littleEndian(Self.half($0)) }
    }
    return tensor
  }

  /// The upper bits of a float as a half; numbers too small for one become zero.
  private static func half(_ bits: UInt32) -> UInt16 {
    let exponent = Int(bits >> 23 & 0xFF) - 112
    guard exponent > 0 else { return 0 }
    let sign = UInt16(truncatingIfNeeded: bits >> 31) << 15
    let fraction = UInt16(truncatingIfNeeded: bits >> 13 & 0x3FF)
    return sign | UInt16(truncatingIfNeeded: exponent) << 10 | fraction
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
