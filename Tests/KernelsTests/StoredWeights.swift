import Kernels

/// A matrix as it lies in a file, and what its weights are worth.
struct StoredWeights {
  let rows: Int
  let columns: Int
  let type: WeightType
  let bytes: [UInt8]
  let scales: [Float]?
  let bias: [Float]?
  var activations = ActivationWidth.bits8

  /// Random weights: moderate for the floats, any byte for int8.
  init(rows: Int, columns: Int, type: WeightType, hasBias: Bool = false, seed: UInt64 = 1) {
    var random = RandomFloats(seed: seed)
    self.rows = rows
    self.columns = columns
    self.type = type
    bytes = random.values(rows * columns).flatMap { Self.bytes(of: $0, as: type) }
    scales = type == .int8 ? random.values(rows, in: 0.001...0.01) : nil
    bias = hasBias ? random.values(rows) : nil
  }

  /// Given bytes, without bias.
  init(rows: Int, columns: Int, type: WeightType, bytes: [UInt8], scales: [Float]? = nil) {
    self.rows = rows
    self.columns = columns
    self.type = type
    self.bytes = bytes
    self.scales = scales
    bias = nil
  }

  /// The same weights in panels.
  var packed: PackedMatrix {
    let rowBytes = columns * type.byteCount
    return PackedMatrix(
      rows: rows, columns: columns, type: type, scales: scales, activations: activations,
      bias: bias
    ) { rows, target in
      target = Array(bytes[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes])
    }
  }

  /// One int8 weight.
  func integer(_ row: Int, _ column: Int) -> Int32 {
    Int32(Int8(bitPattern: bytes[row * columns + column]))
  }

  /// One weight, before its row's scale.
  func weight(_ row: Int, _ column: Int) -> Float {
    let index = (row * columns + column) * type.byteCount
    let word = bytes[index..<index + type.byteCount].reversed().reduce(UInt32(0)) {
      $0 << 8 | UInt32($1)
    }
    return switch type {
    case .float32: Float(bitPattern: word)
    case .bfloat16: Float(bitPattern: word << 16)
    case .float16: Self.half(UInt16(truncatingIfNeeded: word))
    case .int8: Float(Int8(truncatingIfNeeded: word))
    }
  }

  /// An IEEE 754 half, by its definition.
  static func half(_ bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    let magnitude: Float =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: Float(sign: .plus, exponent: exponent - 25, significand: fraction + 1024)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }

  private static func bytes(of value: Float, as type: WeightType) -> [UInt8] {
    let bits = value.bitPattern
    let half =
      bits >> 16 & 0x8000 | UInt32(max(Int(bits >> 23 & 255) - 112, 0)) << 10 | bits >> 13 & 1023
    let (word, count): (UInt32, Int) =
      switch type {
      case .float32: (bits, 4)
      case .bfloat16: (bits >> 16, 2)
      case .float16: (half, 2)
      case .int8: (bits & 255, 1)
      }
    return (0..<count).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
  }
}
