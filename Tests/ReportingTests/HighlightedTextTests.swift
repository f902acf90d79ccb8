import Reporting
import SpeculativeDecoding
import Testing

struct HighlightedTextTests {
  private static let colours = TextMarking(
    highlights: true, showsRejected: false, hasColours: true)
  private static let accepted = TextMarking.style(of: .accepted)
  private static let corrected = TextMarking.style(of: .corrected)
  private static let rejected = TextMarking.rejectedStyle

  private static func rounds(
    _ rounds: [([UInt8], Int)], _ marking: TextMarking = colours, rejecting: String = ""
  ) -> [UInt8] {
    var text = HighlightedText(marking)
    let body = rounds.flatMap {
      text.append(
        DecodedBytes(bytes: $0.0, acceptedCount: $0.1, rejected: Array(rejecting.utf8)[...]))
    }
    return body + text.finish()
  }

  private static func marking(
    highlights: Bool = true, showsRejected: Bool = true, hasColours: Bool = true
  ) -> TextMarking {
    TextMarking(highlights: highlights, showsRejected: showsRejected, hasColours: hasColours)
  }

  private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes[...]
    var result: [UInt8] = []
    while let byte = rest.first {
      if let mark = [accepted, corrected, TextMarking.plain].first(where: { rest.starts(with: $0) })
      {
        rest = rest.dropFirst(mark.count)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  @Test func `accepted bytes are coloured and the verifier's are not`() {
    let bytes = Self.rounds([(Array("the sea".utf8), 6)])
    #expect(bytes == Self.accepted + Array("the se".utf8) + TextMarking.plain + [0x61])
  }

  @Test func `no escape sequence stands inside a scalar`() {
    let euro: [UInt8] = [0xE2, 0x82, 0xAC]
    #expect(Self.rounds([(euro, 1)]) == euro)
    #expect(Self.rounds([([0xE2], 0), ([0x82, 0xAC], 1)]) == euro)
    #expect(
      Self.rounds([(euro + [0x41], 3)])
        == Self.accepted + euro + TextMarking.plain + [0x41])
  }

  @Test func `an incomplete scalar is held back until it is complete or the end`() {
    var text = HighlightedText(Self.colours)
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
    let pieces = bytes.flatMap { segmenter.append($0, .verifier) }.map(\.bytes)
    #expect(
      pieces == [[0x41], [0xE0], [0x80], [0xC3, 0xA9], [0xF4, 0x8F, 0xBF, 0xBF], [0xED], [0xA0]])
  }

  @Test func `accepted, corrected and the verifier's other bytes are told apart`() {
    let plain = TextMarking.plain
    #expect(
      Self.rounds([(Array("abc".utf8), 2)], rejecting: "xy")
        == Self.accepted + Array("ab".utf8) + plain + Self.corrected + [0x63] + plain)
    #expect(Self.rounds([(Array("c".utf8), 0)]) == [0x63])
    #expect(
      Self.rounds([(Array("cde".utf8), 0)], rejecting: "x")
        == Self.corrected + [0x63] + plain + Array("de".utf8))
    #expect(Set([Self.accepted, Self.corrected, Self.rejected, plain]).count == 4)
  }

  @Test func `rejected bytes stand before the byte that replaced them`() {
    let text = [(Array("abc".utf8), 2)]
    let plain = TextMarking.plain
    #expect(
      Self.rounds(text, Self.marking(), rejecting: "xy")
        == Self.accepted + Array("ab".utf8) + plain + Self.rejected + Array("xy".utf8) + plain
        + Self.corrected + [0x63] + plain)
    #expect(
      Self.rounds(text, Self.marking(highlights: false), rejecting: "xy")
        == Array("ab".utf8) + Self.rejected + Array("xy".utf8) + plain + [0x63])
    for highlights in [true, false] {
      #expect(
        Self.rounds(
          text, Self.marking(highlights: highlights, hasColours: false), rejecting: "xy")
          == Array("ab[-xy-]c".utf8))
    }
    #expect(Self.rounds(text, Self.marking()) == Self.rounds(text))
  }

  @Test func `rejected bytes stay on their line and move no cursor`() {
    let marking = Self.marking(hasColours: false)
    #expect(
      Self.rounds([([0x61], 0)], marking, rejecting: "x\n\t\r\u{1B}[2J\u{9B}é")
        == Array("[-x\\n\\t\\r\\u{1b}[2J\\u{9b}é-]a".utf8))
  }

  @Test func `a rejected half of a scalar is shown with the half that stands`() {
    var text = HighlightedText(Self.marking(highlights: false, hasColours: false))
    // € was drafted; the verifier ends in another byte.
    let decoded = DecodedBytes(bytes: [0xE2, 0x82, 0xA1], acceptedCount: 2, rejected: [0xAC])
    #expect(text.append(decoded) == Array("[-€-]\u{20A1}".utf8))
    let cut = DecodedBytes(bytes: [0x61], acceptedCount: 0, rejected: [0xE2, 0x82])
    #expect(text.append(cut) == Array("[-\u{FFFD}-]a".utf8))
  }

  @Test func `the legend says what the marks mean, coloured only where it may be`() throws {
    let all = try #require(Self.marking().legend(isColoured: false))
    for word in ["green", "yellow", "struck through"] { #expect(all.contains(word)) }
    #expect(!all.contains("\u{1B}"))
    #expect(Self.marking().legend(isColoured: true)?.contains("\u{1B}[32mgreen") == true)
    let brackets = try #require(Self.marking(hasColours: false).legend(isColoured: true))
    #expect(brackets == "[-…-]: drafted and rejected\n")
    #expect(
      Self.marking(showsRejected: false, hasColours: false).legend(isColoured: true) == nil)
  }

  @Test(arguments: [true, false], [true, false])
  func `an output without marks is written as it is`(highlights: Bool, hasColours: Bool) {
    let marking = Self.marking(
      highlights: highlights, showsRejected: false, hasColours: hasColours)
    #expect(marking.changesOutput == (highlights && hasColours))
    #expect(Self.marking(highlights: highlights, hasColours: hasColours).changesOutput)
  }
}
