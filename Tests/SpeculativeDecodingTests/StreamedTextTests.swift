import SpeculativeDecoding
import TestSupport
import Testing

@Suite struct StreamedTextTests {
  /// Bytes of which many begin, go on with or break a scalar.
  private static func bytes(_ generator: inout SeededGenerator) -> [UInt8] {
    let some: [UInt8] = [
      0x41, 0x0A, 0x0D, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF, 0xF0,
      0xF4, 0xF5, 0xFF, 0x90, 0x8F, 0xCC, 0x81,
    ]
    return (0..<Int.random(in: 0...60, using: &generator)).map { _ in
      Bool.random(using: &generator)
        ? some.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
    }
  }

  @Test(arguments: 0..<500 as Range<UInt64>)
  func `the pieces are the text of all the bytes, wherever they are divided`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = Self.bytes(&generator)
    var text = StreamedText()
    var pieces = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 0...min(5, rest.count), using: &generator)
      pieces += text.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    pieces += text.finish()
    // By their bytes: strings that are canonically equivalent are equal.
    #expect(pieces.utf8.elementsEqual(String(decoding: bytes, as: UTF8.self).utf8))
    #expect(text == StreamedText())
  }

  @Test(arguments: ["é", "€", "😀", "a€b", "e\u{301}"])
  func `well-formed text cut at every byte has no replacement and no cut scalar`(whole: String) {
    let bytes = Array(whole.utf8)
    for cut in 0...bytes.count {
      var text = StreamedText()
      let pieces = [text.append(bytes[..<cut]), text.append(bytes[cut...]), text.finish()]
      #expect(!pieces.joined().unicodeScalars.contains("\u{FFFD}"))
      #expect(pieces.joined().utf8.elementsEqual(whole.utf8))
      #expect(pieces[2].isEmpty)
    }
  }

  @Test func `a scalar is held back until it is complete, bytes that are none are not`() {
    var text = StreamedText()
    #expect(text.append([0x61, 0xF0, 0x9F]) == "a")
    #expect(text.append([0x98]).isEmpty)
    #expect(text.append([0x80]) == "😀")
    #expect(text.append([0xFF]) == "\u{FFFD}")
    #expect(text.append([0xE2, 0x82]).isEmpty)
    #expect(text.finish() == "\u{FFFD}")
    #expect(text.finish().isEmpty)
  }
}
