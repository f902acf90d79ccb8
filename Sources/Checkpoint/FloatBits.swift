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
