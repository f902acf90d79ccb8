import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct BytePairEncodingTests {
  @Test(arguments: 0..<40)
  func `one piece of letters is merged as by the plain definition`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let letters = Array("abcd".utf8.prefix(Int.random(in: 1...4, using: &random)))
    let reference = BytePairReference(
      symbols: letters, mergeCount: Int.random(in: 0...40, using: &random), using: &random)
    let tokenizer = try TokenizerSketch(tokens: reference.tokens, merges: reference.merges)
      .tokenizer()
    for length in [0, 1, 2, 3, 5, 8, 13, 40, 63, 64, 65, 66, 100, 200] {
      // "z" has no token: it is skipped.
      let text = (0..<length).map { _ in (letters + [0x7A]).randomElement(using: &random) ?? 0x7A }
      #expect(tokenizer.encode(text) == reference.encode(text))
    }
  }

  @Test(arguments: 0..<40)
  func `bytes that are not of UTF-8 stand alone between text that is`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 1000)
    let symbols: [UInt8] = [
      0x41, 0x80, 0x82, 0x8F, 0x90, 0x9F, 0xA0, 0xA9, 0xAC, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED,
      0xEF, 0xF0, 0xF4, 0xF5, 0xFF,
    ]
    let reference = BytePairReference(symbols: symbols, mergeCount: 300, using: &random)
    let tokenizer = try TokenizerSketch(
      tokens: reference.tokens, merges: reference.merges, useRegex: false
    ).tokenizer()
    for _ in 0..<20 {
      let text = (0..<60).map { _ in symbols.randomElement(using: &random) ?? 0x41 }
      #expect(tokenizer.encode(text) == runs(of: text).flatMap(reference.encode))
      #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
    }
  }

  /// Maximal UTF-8, and single bytes that belong to none, by the standard library's judgement.
  private func runs(of text: [UInt8]) -> [[UInt8]] {
    var runs: [[UInt8]] = [[]]
    var position = 0
    while position < text.count {
      let scalar = (1...4).lazy.map { text[position...].prefix($0) }
        .first { String(validating: $0, as: UTF8.self)?.isEmpty == false }
      if let scalar {
        runs[runs.count - 1] += scalar
      } else {
        runs += [[text[position]], []]
      }
      position += scalar?.count ?? 1
    }
    return runs
  }

  @Test(.timeLimit(.minutes(1)))
  func `a long piece does not take quadratic time`() throws {
    let tokens = (0..<10).map { [UInt8](repeating: 0x61, count: 1 << $0) }
    let merges = (0..<9).map { (left: $0, right: $0) }
    let tokenizer = try TokenizerSketch(tokens: tokens, merges: merges).tokenizer()
    let text = [UInt8](repeating: 0x61, count: 200_000)
    // 200,000 = 390 x 512 + 320, and 320 = 256 + 64.
    #expect(tokenizer.encode(text) == [Int32](repeating: 9, count: 390) + [8, 6])
  }
}
