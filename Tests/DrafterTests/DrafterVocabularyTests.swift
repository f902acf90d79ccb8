import Drafter
import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

/// How decided bytes are divided into tokens that stand and an open end.
@Suite struct DrafterVocabularyTests {
  private static func tiny() throws -> DrafterVocabulary {
    let directory = try TemporaryDirectory()
    try TinyTokenizer.write(to: directory.url)
    return DrafterVocabulary(
      try BPETokenizer(contentsOf: directory.url.appending(path: "tokenizer.json")))
  }

  private static func few() throws -> DrafterVocabulary {
    DrafterVocabulary(try BPETokenizer(json: TinyDrafter.fewTokens(), path: "few"))
  }

  private static func joined(
    _ split: (tokens: [Int], open: [UInt8]), _ vocabulary: DrafterVocabulary
  ) -> [UInt8] {
    split.tokens.flatMap { vocabulary.trie.bytes(at: $0) } + split.open
  }

  @Test(arguments: [
    ("the", [], "the"), (" the", [], " the"), ("the a", ["the"], " a"),
    ("and the", ["and"], " the"), ("x", [], "x"), ("xy", ["x"], "y"), ("the ", ["the"], " "),
    ("", [], ""),
  ])
  func `the last token is left open`(text: String, tokens: [String], open: String) throws {
    let vocabulary = try Self.tiny()
    let split = vocabulary.split(Array(text.utf8))
    #expect(split.tokens.map { vocabulary.trie.bytes(at: $0) } == tokens.map { Array($0.utf8) })
    #expect(split.open == Array(open.utf8))
  }

  /// "hous" is two tokens, "house" is one.
  @Test(arguments: [
    ("h", [], "h"), ("hou", [], "hou"), ("hous", [], "hous"), ("house", [], "house"),
    ("houses", ["house"], "s"), ("housx", ["h", "ous"], "x"), ("a hous", ["a", " "], "hous"),
    ("hous.", ["h", "ous"], "."), ("hous hou", ["h", "ous", " "], "hou"),
  ])
  func `of the last word as much is left open as a token begins with`(
    text: String, tokens: [String], open: String
  ) throws {
    let bytes = (UInt8.min...UInt8.max).map { [$0] }
    let parts = ["ou", "ous", "ouse", "house"].map { Array($0.utf8) }
    let merges = [(left: 0x6F, right: 0x75), (256, 0x73), (257, 0x65), (0x68, 258)]
    let json = try TokenizerSketch(tokens: bytes + parts, merges: merges).json
    let vocabulary = DrafterVocabulary(try BPETokenizer(json: json, path: "house"))
    let split = vocabulary.split(Array(text.utf8))
    #expect(split.tokens.map { vocabulary.trie.bytes(at: $0) } == tokens.map { Array($0.utf8) })
    #expect(split.open == Array(open.utf8))
  }

  @Test(
    arguments: [
      ([0xE2], [], [0xE2]), ([0xE2, 0x80], [], [0xE2, 0x80]),
      ([0xE2, 0x80, 0x99], [], [0xE2, 0x80, 0x99]), ([0x78, 0xE2, 0x80], [[0x78]], [0xE2, 0x80]),
      // No token begins with these: only the last byte stays open.
      ([0xE2, 0x81], [[0xE2]], [0x81]), ([0xF0, 0x9F, 0x98], [[0xF0], [0x9F]], [0x98]),
      ([0xC3], [], [0xC3]), ([0x78, 0xC3], [[0x78]], [0xC3]),
      // These begin no character.
      ([0x80], [], [0x80]), ([0xE2, 0x80, 0x80, 0x80], [[0xE2, 0x80], [0x80]], [0x80]),
      ([0xFF], [], [0xFF]), ([0xFF, 0xFE], [[0xFF]], [0xFE]), ([0xC0, 0x80], [[0xC0]], [0x80]),
      ([0xE2, 0xE2, 0x80], [[0xE2]], [0xE2, 0x80]),
    ] as [([UInt8], [[UInt8]], [UInt8])])
  func `a character that is not complete is left open when a token can complete it`(
    text: [UInt8], tokens: [[UInt8]], open: [UInt8]
  ) throws {
    let vocabulary = try Self.tiny()
    let split = vocabulary.split(text)
    #expect(split.tokens.map { vocabulary.trie.bytes(at: $0) } == tokens)
    #expect(split.open == open)
  }

  @Test(arguments: 0..<60)
  func `tokens and open bytes join to the text, and a token begins with the open bytes`(
    seed: UInt64
  ) throws {
    let vocabulary = try Self.tiny()
    var random = SeededGenerator(seed: seed)
    let pieces: [[UInt8]] =
      [" the", "and", "th", " s", "\u{2019}", "\u{2014}", "\n ", "é", "🦊"].map { Array($0.utf8) }
      + [[0xE2], [0xE2, 0x80], [0x80], [0xFF], [0], [0xF0, 0x9F]]
    for _ in 0..<20 {
      let text = (0..<Int.random(in: 1...9, using: &random)).flatMap { _ in
        pieces.randomElement(using: &random) ?? []
      }
      for end in 1...text.count {
        let split = vocabulary.split(Array(text[..<end]))
        #expect(Self.joined(split, vocabulary) == Array(text[..<end]))
        #expect(!split.open.isEmpty)
        #expect(vocabulary.trie.descend(split.open) != nil)
      }
    }
  }

  @Test(arguments: 0..<40)
  func `bytes that no token covers are left out`(seed: UInt64) throws {
    let vocabulary = try Self.few()
    let covered = Set("ab t".utf8).union([0xE2, 0x80])
    var random = SeededGenerator(seed: seed)
    let bytes = Array("aabb  t?!".utf8) + [0xE2, 0x80, 0x99, 0xFF]
    for _ in 0..<50 {
      let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        bytes.randomElement(using: &random) ?? 0
      }
      let split = vocabulary.split(text)
      #expect(Self.joined(split, vocabulary) == text.filter(covered.contains))
      #expect(vocabulary.trie.descend(split.open) != nil)
      #expect(
        vocabulary.encode(text).flatMap { vocabulary.trie.bytes(at: $0) }
          == text.filter(covered.contains))
    }
  }

  @Test func `nothing is open after a byte that no token covers`() throws {
    let vocabulary = try Self.few()
    let split = vocabulary.split(Array("ab?".utf8))
    #expect(split.tokens.map { vocabulary.trie.bytes(at: $0) } == [Array("ab".utf8)])
    #expect(split.open == [])
  }

  @Test func `tokens are named by their place in the order of bytes`() throws {
    let vocabulary = try Self.tiny()
    #expect(vocabulary.trie.count == TinyTokenizer.size)
    for place in 0..<vocabulary.trie.count {
      let bytes = vocabulary.trie.bytes(at: place)
      if place > 0 {
        #expect(vocabulary.trie.bytes(at: place - 1).lexicographicallyPrecedes(bytes))
      }
      if String(validating: bytes, as: UTF8.self) != nil {
        #expect(vocabulary.encode(bytes) == [place])
      }
    }
  }

  @Test func `an id without bytes is no token`() throws {
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = #"{"a": 0, "b": 4, "ab": 9}"#
    sketch.model["merges"] = #"[["a", "b"]]"#
    let vocabulary = DrafterVocabulary(try BPETokenizer(json: sketch.json, path: "sketch.json"))
    #expect(vocabulary.trie.ids == [0, 9, 4])
    #expect(vocabulary.encode(Array("abba".utf8)) == [1, 2, 0])
  }
}
