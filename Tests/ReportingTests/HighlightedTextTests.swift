import Reporting
import SpeculativeDecoding
import Testing

struct HighlightedTextTests {
  private static func rounds(_ rounds: [([UInt8], Int)]) -> [UInt8] {
    var text = HighlightedText()
    let body = rounds.flatMap { text.append(DecodedBytes(bytes: $0.0, acceptedCount: $0.1)) }
    return body + text.finish()
  }

  private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes[...]
    var result: [UInt8] = []
    while let byte = rest.first {
      if rest.starts(with: HighlightedText.colour) {
        rest = rest.dropFirst(HighlightedText.colour.count)
      } else if rest.starts(with: HighlightedText.plain) {
        rest = rest.dropFirst(HighlightedText.plain.count)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  @Test func `accepted bytes are coloured and the verifier's are not`() {
    let bytes = Self.rounds([(Array("the sea".utf8), 6)])
    #expect(bytes == HighlightedText.colour + Array("the se".utf8) + HighlightedText.plain + [0x61])
  }

  @Test func `no escape sequence stands inside a scalar`() {
    let euro: [UInt8] = [0xE2, 0x82, 0xAC]
    #expect(Self.rounds([(euro, 1)]) == euro)
    #expect(Self.rounds([([0xE2], 0), ([0x82, 0xAC], 1)]) == euro)
    #expect(
      Self.rounds([(euro + [0x41], 3)])
        == HighlightedText.colour + euro + HighlightedText.plain + [0x41])
  }

  @Test func `an incomplete scalar is held back until it is complete or the end`() {
    var text = HighlightedText()
    #expect(text.append(DecodedBytes(bytes: [0xF0, 0x9F], acceptedCount: 0)).isEmpty)
    #expect(text.append(DecodedBytes(bytes: [0x98], acceptedCount: 0)).isEmpty)
    #expect(text.finish() == [0xF0, 0x9F, 0x98])
  }

  @Test(arguments: 0..<20)
  func `the bytes are unchanged whatever they are`(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33)
    }
    let alphabet: [UInt8] = [
      0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xFF, 0xA0, 0x90,
    ]
    let rounds = (0..<200).map { _ in
      let bytes = (0...(next() % 6)).map { _ in alphabet[next() % alphabet.count] }
      return (bytes, next() % bytes.count)
    }
    #expect(Self.withoutEscapes(Self.rounds(rounds)) == rounds.flatMap(\.0))
  }

  @Test func `pieces are scalars or single ill-formed bytes`() {
    var segmenter = ScalarSegmenter()
    let bytes: [UInt8] = [0x41, 0xE0, 0x80, 0xC3, 0xA9, 0xF4, 0x8F, 0xBF, 0xBF, 0xED, 0xA0]
    let pieces = bytes.flatMap { segmenter.append($0, isAccepted: false) }.map(\.bytes)
    #expect(
      pieces == [[0x41], [0xE0], [0x80], [0xC3, 0xA9], [0xF4, 0x8F, 0xBF, 0xBF], [0xED], [0xA0]])
  }
}
