import Drafter
import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

/// GPT-NeoX's tokenizer with all its added tokens, cut to 1,500 merges.
@Suite struct NeoXVocabularyTests {
  private static let neox = Result {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = "SpecDecodeTokenizerTests/Fixtures/gpt-neox-reduced.json"
    return try BPETokenizer(contentsOf: tests.appending(path: path))
  }

  @Test(arguments: 0..<20)
  func `a drafter's tokens stand for the bytes that have a token, text or not`(seed: UInt64) throws
  {
    let tokenizer = try Self.neox.get()
    let vocabulary = DrafterVocabulary(tokenizer)
    let covered = Set((UInt8.min...UInt8.max).filter { !tokenizer.encode([$0]).isEmpty })
    var random = SeededGenerator(seed: seed)
    let pieces =
      ["e\u{301}", "é", "\u{212B}", "   ", "  ", "<|endoftext|>", "Ġ"].map { Array($0.utf8) }
      + [[UInt8](repeating: 0x20, count: 26), [0xFF], [0xE2, 0x80], [0xCC], [0xC0], [0xF5, 0x80]]
    for _ in 0..<30 {
      let text = (0..<Int.random(in: 1...12, using: &random)).flatMap { _ in
        pieces.randomElement(using: &random) ?? []
      }
      let split = vocabulary.split(text)
      #expect(
        split.tokens.flatMap { vocabulary.trie.bytes(at: $0) } + split.open
          == text.filter(covered.contains))
    }
  }

  @Test(arguments: 2...24)
  func `a run of spaces is drafted as the token that text has for it`(count: Int) throws {
    let tokenizer = try Self.neox.get()
    let vocabulary = DrafterVocabulary(tokenizer)
    let spaces = Array(repeating: UInt8(ascii: " "), count: count)
    let positions = vocabulary.encode(spaces)
    #expect(positions.count == 1)
    #expect(
      positions.map { vocabulary.trie.ids[$0] } == [Int32(tokenizer.vocabularySize + 1 - count)])
  }
}
