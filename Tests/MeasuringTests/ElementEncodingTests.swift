import Checkpoint
import Measuring
import Testing

struct ElementEncodingTests {
  /// Every value that a type has is its own nearest.
  @Test func `every finite half and bfloat16 survives`() {
    let all = UInt16.min...UInt16.max
    let halves = all.filter { FloatConversion.float(half: $0).isFinite }
    #expect(halves.allSatisfy { ElementEncoding.half(FloatConversion.float(half: $0)) == $0 })
    let bfloats = all.filter { FloatConversion.float(bfloat16: $0).isFinite }
    #expect(
      bfloats.allSatisfy { ElementEncoding.bfloat16(FloatConversion.float(bfloat16: $0)) == $0 })
  }

  @Test(
    arguments: [(Float, UInt16)]([
      // Halfway between two: to the even one, which is below, then above.
      (1 + 0x1p-11, 0x3C00), (1 + 0x3p-11, 0x3C02),
      (1 + 0x1.002p-11, 0x3C01), (0x1.ffffp-15, 0x0400), (0x1p-26, 0),
    ]))
  func `a half is the nearest`(value: Float, bits: UInt16) {
    #expect(ElementEncoding.half(value) == bits)
    #expect(ElementEncoding.half(-value) == bits | 0x8000)
  }

  @Test(
    arguments: [(Float, UInt16)]([
      (1 + 0x1p-8, 0x3F80), (1 + 0x3p-8, 0x3F82),
      (1 + 0x1.002p-8, 0x3F81),
    ]))
  func `a bfloat16 is the nearest`(value: Float, bits: UInt16) {
    #expect(ElementEncoding.bfloat16(value) == bits)
  }

  @Test func `bytes are little-endian`() {
    #expect(ElementEncoding.f32.bytes(of: [1, -2]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    #expect(ElementEncoding.bf16.bytes(of: [1, -2]) == [0x80, 0x3F, 0, 0xC0])
    #expect(ElementEncoding.f16.bytes(of: [1, -2]) == [0, 0x3C, 0, 0xC0])
  }
}
