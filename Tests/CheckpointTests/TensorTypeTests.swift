import Checkpoint
import Testing

@Suite struct TensorTypeTests {
  @Test(arguments: [
    ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("BOOL", 8), ("U8", 8), ("I8", 8), ("F8_E5M2", 8),
    ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16),
    ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64),
    ("F64", 64), ("I64", 64), ("U64", 64),
  ])
  func `a type of the format has its width`(name: String, bits: Int) throws {
    let type = try #require(TensorType(rawValue: name))
    #expect(type.bitWidth == bits)
    #expect(type.byteCount(elements: 8) == bits)
  }

  @Test func `there are 22 types`() {
    #expect(TensorType.allCases.count == 22)
  }

  @Test func `elements that end inside a byte or overflow have no byte count`() {
    #expect(TensorType.f4.byteCount(elements: 3) == nil)
    #expect(TensorType.f6e2m3.byteCount(elements: 2) == nil)
    #expect(TensorType.f32.byteCount(elements: Int.max / 31) == nil)
    #expect(TensorType.u8.byteCount(elements: 0) == 0)
  }
}
