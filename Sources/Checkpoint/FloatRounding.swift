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
