import SpecDecodePlatform
import Testing

@Suite struct UTF8SequenceTests {
  /// The rest of the scalar does not matter: every later byte is any of the continuation.
  @Test func `a byte pair begins a scalar when the standard library says so`() {
    var wrong: [[UInt8]] = []
    for first in UInt8.min ... .max {
      let sequence = UTF8Sequence(first: first)
      for second in UInt8.min ... .max {
        let length = sequence?.length ?? 2
        let rest = [UInt8](repeating: 0xBF, count: max(length - 2, 0))
        let bytes = length == 1 ? [first] : [first, second] + rest
        let isExpected = length == 1 || sequence?.second.contains(second) == true
        if (String(validating: bytes, as: UTF8.self) != nil) != isExpected { wrong.append(bytes) }
      }
    }
    #expect(wrong == [])
  }
}
