import Checkpoint
import Foundation
import Testing

/// The value of a small floating-point number by the formula of IEEE 754, in f64, which is exact.
private func value(_ bits: UInt16, exponentBits: Int, fractionBits: Int) -> Double {
  let sign: Double = bits >> 15 == 0 ? 1 : -1
  let bias = 1 << (exponentBits - 1) - 1
  let exponent = Int(bits >> UInt16(fractionBits)) % (1 << exponentBits)
  let fraction = Double(Int(bits) % (1 << fractionBits)) / Double(1 << fractionBits)
  switch exponent {
  case 0: return sign * fraction * pow(2, Double(1 - bias))
  case 1 << exponentBits - 1: return fraction == 0 ? sign * .infinity : .nan
  default: return sign * (1 + fraction) * pow(2, Double(exponent - bias))
  }
}

@Suite struct FloatConversionTests {
  private func mismatches(
    _ convert: (UInt16) -> Float, exponentBits: Int, fractionBits: Int
  ) -> [UInt16] {
    (UInt16.min...UInt16.max).filter { bits in
      let expected = value(bits, exponentBits: exponentBits, fractionBits: fractionBits)
      let found = convert(bits)
      if expected.isNaN { return !found.isNaN }
      return Double(found) != expected || found.sign != expected.sign
    }
  }

  @Test func `all 65536 halves have the value of the formula`() {
    #expect(mismatches(FloatConversion.float(half:), exponentBits: 5, fractionBits: 10) == [])
  }

  @Test func `all 65536 bfloat16 have the value of the formula`() {
    #expect(mismatches(FloatConversion.float(bfloat16:), exponentBits: 8, fractionBits: 7) == [])
  }
}
