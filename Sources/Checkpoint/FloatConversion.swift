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
