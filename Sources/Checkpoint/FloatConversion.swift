/// Exact conversions to f32 of the types that weights come in.
///
/// `Float16` does not exist on Macs with x86, hence the bits are moved here.
package enum FloatConversion {
  /// The value of a bfloat16: the upper half of an f32.
  package static func float(bfloat16 bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }

  /// The value of an IEEE 754 binary16.
  package static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits) & 0x3FF
    switch exponent {
    case 0:
      // Subnormal: a count of 2^-24, which f32 holds as a normal number.
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 0x1F:
      return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
      return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// Multiplies I8 elements, each by its row's scale, into `result` from `index` on, and returns
  /// their number.
  ///
  /// `result` is the whole matrix, with one row for each of `scales`.
  static func scale(
    _ bytes: [UInt8], by scales: [Float], into result: inout [Float], at index: Int
  ) -> Int {
    guard !scales.isEmpty, index >= 0, index < result.count else { return 0 }
    let columns = max(result.count / scales.count, 1)
    let count = min(bytes.count, result.count - index)
    var done = 0
    while done < count, case let row = (index + done) / columns, row < scales.count {
      let end = min(count, done + columns - (index + done) % columns)
      let scale = scales[row]
      for i in done..<end {
        result[index + i] = Float(Int8(bitPattern: bytes[i])) * scale
      }
      done = end
    }
    return done
  }

  /// The numbers of part of a tensor of F32, F16 or BF16.
  ///
  /// - Throws: ``CheckpointError/unsupportedType(file:tensor:found:expected:)``.
  package static func floats(
    _ bytes: [UInt8], of tensor: TensorDescription
  ) throws(CheckpointError) -> [Float] {
    guard [.f32, .f16, .bf16].contains(tensor.type) else {
      throw .unsupportedType(
        file: tensor.file, tensor: tensor.name, found: tensor.type.rawValue,
        expected: "F32, F16 or BF16")
    }
    var floats = [Float](repeating: 0, count: bytes.count * 8 / tensor.type.bitWidth)
    _ = convert(bytes, from: tensor.type, into: &floats, at: 0)
    return floats
  }

  /// Converts F32, F16 or BF16 elements into `result` from `index` on, and returns their number.
  ///
  /// No more are converted than `result` has room for; other types give 0.
  static func convert(
    _ bytes: [UInt8], from type: TensorType, into result: inout [Float], at index: Int
  ) -> Int {
    let elementSize = type.bitWidth / 8
    guard [.f32, .f16, .bf16].contains(type), index >= 0, index <= result.count else { return 0 }
    let count = min(bytes.count / elementSize, result.count - index)
    unsafe result.withUnsafeMutableBufferPointer { floats in
      unsafe bytes.withUnsafeBytes { bytes in
        // SAFETY: index + count <= floats.count and count * elementSize <= bytes.count, both just
        // checked; the loads may be unaligned.
        for i in 0..<count {
          switch type {
          case .f32:
            let bits = unsafe bytes.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)
            unsafe floats[index + i] = Float(bitPattern: UInt32(littleEndian: bits))
          case .bf16:
            let bits = unsafe bytes.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self)
            unsafe floats[index + i] = float(bfloat16: UInt16(littleEndian: bits))
          default:
            let bits = unsafe bytes.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self)
            unsafe floats[index + i] = float(half: UInt16(littleEndian: bits))
          }
        }
      }
    }
    return count
  }
}

extension FloatConversion {
  /// The bfloat16 nearest to a finite number, the even one of two; nil when that is infinite.
  package static func bfloat16(_ value: Float) -> UInt16? {
    let bits = value.bitPattern
    let rounded = bits &+ 0x7FFF &+ (bits >> 16 & 1)
    let result = UInt16(truncatingIfNeeded: rounded >> 16)
    return result & 0x7F80 == 0x7F80 ? nil : result
  }

  /// The IEEE 754 binary16 nearest to a finite number, the even one of two; nil when that is
  /// infinite.
  package static func half(_ value: Float) -> UInt16? {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.magnitude
    // 65520 is half way between the largest half and the next power of two.
    guard magnitude < 65520 else { return nil }
    guard magnitude >= 0x1p-14 else {
      // Subnormal: a count of 2^-24; 1024 of them are the smallest normal number.
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let bits = magnitude.bitPattern
    let rounded = bits &+ 0xFFF &+ (bits >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded >> 13) &- (112 << 10))
  }
}

/// Where the exponent stands in the floating-point types that weights come in, repeated over a word
/// of 64 bits: 2 elements of F32, 4 of F16 or BF16.
struct FloatBits {
  /// The exponent's bits; an element is infinite or not a number when all of them are set.
  private let exponents: UInt64
  /// The lowest bit of each exponent.
  private let units: UInt64
  /// The highest bit of each element.
  private let signs: UInt64
  private let elementSize: Int

  /// The layout of a type; nil for types whose values are not checked.
  init?(_ type: TensorType) {
    switch type {
    case .f32: self.init(exponent: 0x7F80_0000, every: 0x0000_0001_0000_0001, elementSize: 4)
    case .bf16: self.init(exponent: 0x7F80, every: 0x0001_0001_0001_0001, elementSize: 2)
    case .f16: self.init(exponent: 0x7C00, every: 0x0001_0001_0001_0001, elementSize: 2)
    default: return nil
    }
  }

  private init(exponent: UInt64, every: UInt64, elementSize: Int) {
    exponents = exponent &* every
    units = (exponent & ~(exponent &- 1)) &* every
    signs = (1 << UInt64(8 * elementSize - 1)) &* every
    self.elementSize = elementSize
  }

  /// The index of the first element that is infinite or not a number.
  func firstNonFinite(in bytes: [UInt8]) -> Int? {
    let words = bytes.count / 8
    // One pass without branches; a second to find the element only if there is one.
    let any = unsafe bytes.withUnsafeBytes { bytes in
      var any: UInt64 = 0
      for word in 0..<words {
        // SAFETY: word < bytes.count / 8; the load may be unaligned.
        any |= nonFinite(unsafe bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
      }
      return any
    }
    guard any != 0 || !bytes.count.isMultiple(of: 8) else { return nil }
    let start = any != 0 ? 0 : words * 8
    return stride(from: start, to: bytes.count / elementSize * elementSize, by: elementSize).first {
      offset in
      let element = bytes[offset..<offset + elementSize].reversed()
      return nonFinite(element.reduce(0) { $0 << 8 | UInt64($1) }) != 0
    }.map { $0 / elementSize }
  }

  /// Adding one unit to an exponent carries into the sign bit only from all ones.
  private func nonFinite(_ word: UInt64) -> UInt64 {
    ((word & exponents) &+ units) & signs
  }
}
