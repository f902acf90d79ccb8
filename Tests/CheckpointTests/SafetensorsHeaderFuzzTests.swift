import Checkpoint
import TestSupport
import Testing

/// A trap in the parser would end the test process, so that finishing is half of each test.
@Suite struct SafetensorsHeaderFuzzTests {
  private let valid = safetensors(
    #"{"__metadata__":{"format":"pt","π\n":"\u00e9"},"#
      + entry("a.weight", "BF16", [2, 3], 0, 12) + "," + entry(#"b\u0041"#, "F32", [], 12, 16)
      + "," + entry("c", "I8", [0, 9], 16, 16) + "}  ", data: [UInt8](0..<16))

  /// Parses, and checks what must hold of anything that is accepted.
  private func isAccepted(_ bytes: [UInt8]) -> Bool {
    guard
      let header = try? SafetensorsHeader(parsing: bytes, fileSize: bytes.count, file: "f")
    else { return false }
    var end = bytes.count - header.tensors.reduce(0) { $0 + $1.byteCount }
    for tensor in header.tensors {
      #expect(tensor.fileRange.lowerBound == end)
      #expect(tensor.type.byteCount(elements: tensor.elementCount) == tensor.byteCount)
      #expect(tensor.shape.reduce(1, *) == tensor.elementCount)
      end = tensor.fileRange.upperBound
    }
    #expect(end == bytes.count)
    #expect(Set(header.tensors.map(\.name)).count == header.tensors.count)
    return true
  }

  @Test func `the header that is damaged below is valid`() {
    #expect(isAccepted(valid))
  }

  @Test func `every truncation is an error`() {
    #expect(!valid.indices.contains { isAccepted(Array(valid[..<$0])) })
  }

  @Test func `every single bit flip is an error or a consistent header`() {
    var accepted = 0
    for bit in 0..<valid.count * 8 {
      var bytes = valid
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      accepted += isAccepted(bytes) ? 1 : 0
    }
    // At least the 128 bits of the data may flip; most of the header's may not.
    #expect((128..<valid.count * 4).contains(accepted))
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `random damage is an error or a consistent header`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let tokens = [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "0", "-1", "18446744073709551615", "1e9",
      "__metadata__", "\"dtype\"", "null", " ", "\0", "\u{FEFF}",
    ].map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 8..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: tokens.randomElement(using: &generator) ?? [], at: at)
        default:
          let end = Int.random(in: at..<bytes.count, using: &generator)
          bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
        }
      }
      // The length is right again, so that the damage reaches the scanner.
      bytes.replaceSubrange(0..<8, with: littleEndian(UInt64(max(bytes.count - 8 - 16, 0))))
      refused += isAccepted(bytes) ? 0 : 1
    }
    #expect(refused > 1_000)
  }

  @Test func `random bytes are an error`() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let count = Int.random(in: 0..<200, using: &generator)
      var bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      #expect(!isAccepted(bytes))
      if count >= 8 { bytes.replaceSubrange(0..<8, with: littleEndian(UInt64(count - 8))) }
      #expect(!isAccepted(bytes))
    }
  }
}
