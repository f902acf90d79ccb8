import Checkpoint
import Testing

@Suite struct FloatRoundingTests {
  @Test func `every finite half and bfloat16 comes back as it was`() {
    var differing = 0
    for bits in UInt16.min ... .max {
      let half = FloatConversion.float(half: bits)
      if half.isFinite, FloatConversion.half(half) != bits { differing += 1 }
      let bfloat16 = FloatConversion.float(bfloat16: bits)
      if bfloat16.isFinite, FloatConversion.bfloat16(bfloat16) != bits { differing += 1 }
    }
    #expect(differing == 0)
  }

  @Test func `between two neighbours the nearer is taken, and the even one in the middle`() {
    var wrong = 0
    for bits in UInt16(0)..<0x7BFF {
      let (low, high) = (FloatConversion.float(half: bits), FloatConversion.float(half: bits + 1))
      wrong += Self.wrong(low, high, bits, FloatConversion.half)
    }
    for bits in stride(from: UInt16(0x80), to: 0x7F7F, by: 1) {
      let low = FloatConversion.float(bfloat16: bits)
      wrong += Self.wrong(
        low, FloatConversion.float(bfloat16: bits + 1), bits, FloatConversion.bfloat16)
    }
    #expect(wrong == 0)
  }

  private static func wrong(
    _ low: Float, _ high: Float, _ bits: UInt16, _ round: (Float) -> UInt16?
  ) -> Int {
    let middle = low + (high - low) / 2
    let even = bits.isMultiple(of: 2) ? bits : bits + 1
    let isRight =
      round(middle) == even && round(middle.nextUp) == bits + 1 && round(middle.nextDown) == bits
      && round(-middle.nextUp) == (bits + 1) | 0x8000
    return isRight ? 0 : 1
  }

  @Test(
    arguments: [
      (65504, 0x7BFF), (65519.996, 0x7BFF), (65520, nil), (1e30, nil), (-65520, nil),
      (0x1p-25, 0), (0x1.8p-25, 1), (-0.0, 0x8000),
    ] as [(Float, UInt16?)])
  func `a half ends at 65504 and at zero`(value: Float, bits: UInt16?) {
    #expect(FloatConversion.half(value) == bits)
  }

  @Test func `a bfloat16 ends where f32 does`() {
    #expect(FloatConversion.bfloat16(0x1.FEp127) == 0x7F7F)
    #expect(FloatConversion.bfloat16(.greatestFiniteMagnitude) == nil)
    #expect(FloatConversion.bfloat16(-.greatestFiniteMagnitude) == nil)
  }
}
