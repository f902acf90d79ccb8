import Measuring
import Testing

struct ElementEncodingTests {
  @Test func `bytes are little-endian`() {
    #expect(ElementEncoding.f32.bytes(of: [1, -2]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    #expect(ElementEncoding.bf16.bytes(of: [1, -2]) == [0x80, 0x3F, 0, 0xC0])
    #expect(ElementEncoding.f16.bytes(of: [1, -2]) == [0, 0x3C, 0, 0xC0])
  }
}
