import DecodingCore
import Drafter
import Foundation
import TestSupport
import Testing

/// Random histories: no step traps or hangs, and every draft is well formed.
@Suite struct SubwordDrafterWalkTests {
  private static let pieces: [[UInt8]] =
    [
      " the", "and", "th", "e", " s", "\u{2019}", "\u{2014}", "\n\n  ", "é", "🦊", "don't", "42",
      "e\u{301}", "\u{212B}", "   ", "<|end|>",
    ]
    .map { Array($0.utf8) }
    + [[], [0xE2], [0xE2, 0x80], [0x80], [0xFF, 0xFE], [0], [0xF0, 0x9F], [0xC0, 0x80]]

  private static func text(_ random: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 0...3, using: &random)).flatMap { _ in
      pieces.randomElement(using: &random) ?? []
    }
  }

  /// The tiny one, one that lacks most bytes, or one that changes text when it may.
  private static func tokenizer(_ seed: UInt64) throws -> Data? {
    switch seed % 4 {
    case 2: try TinyDrafter.changingTokens()
    case 3: try TinyDrafter.fewTokens()
    default: nil
    }
  }

  /// A part of a draft and perhaps bytes that were not drafted, as a round decides them.
  private static func decision(
    on draft: Draft, _ random: inout SeededGenerator
  ) -> [UInt8] {
    let accepted = draft.bytes[..<Int.random(in: 0...draft.bytes.count, using: &random)]
    return switch Int.random(in: 0..<6, using: &random) {
    case 0: text(&random)
    case 1: draft.bytes + text(&random)
    case 2: accepted + [UInt8.random(in: 0...255, using: &random)]
    default: accepted + [[0x20, 0x65, 0x68, 0x74, 0x80, 0xE2].randomElement(using: &random) ?? 0]
    }
  }

  @Test(arguments: [0, 0.8], 0..<12)
  func `any history drafts what its tokens say`(temperature: Double, seed: UInt64) throws {
    let tiny = try TinyDrafter(tokenizer: Self.tokenizer(seed), threads: Int(seed % 2) + 1)
    let sampler = ByteSampler(options: SamplingOptions(temperature: temperature, seed: seed))
    var random = SeededGenerator(seed: seed)
    let session = tiny.drafter.makeSession()
    var reference = ReferenceDrafter(tiny)
    var position: UInt64 = 0
    for _ in 0..<25 {
      let count = Int.random(in: 0...5, using: &random)
      let draft = try session.draft(count, at: position, sampler)
      // Asking for no token leaves the bytes observed, in both.
      let expected = count > 0 ? try reference.draft(count, at: position, sampler) : draft
      #expect(draft == expected)
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let decided = Self.decision(on: draft, &random)
        session.observe(decided[...])
        reference.observe(decided)
        position += UInt64(decided.count)
        if Int.random(in: 0..<4, using: &random) == 0 {
          try session.catchUp()
          reference.catchUp()
        }
      }
    }
  }

  @Test(arguments: 0..<6)
  func `thousands of random steps neither trap nor break a draft`(seed: UInt64) throws {
    let tiny = try TinyDrafter(tokenizer: Self.tokenizer(seed)) {
      ($0.hiddenSize, $0.innerSize, $0.layerCount, $0.stateSize) = (4, 8, 1, 2)
    }
    var random = SeededGenerator(seed: seed)
    var sampler = ByteSampler(
      options: SamplingOptions(temperature: seed % 2 == 0 ? 0 : 1.2, seed: seed))
    let session = tiny.drafter.makeSession()
    var draft = Draft()
    for _ in 0..<1500 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6:
        let (bytes, tokens) = (draft.bytes, draft.tokenCount)
        let isExtended = try session.extend(&draft, sampler: &sampler)
        #expect(draft.tokenCount == tokens + (isExtended ? 1 : 0))
        #expect(draft.bytes.starts(with: bytes))
        #expect(isExtended || draft.bytes == bytes)
        #expect(tokens == 0 || !isExtended || draft.bytes.count > bytes.count)
      case 6: try session.catchUp()
      default:
        let decided = Self.decision(on: draft, &random)
        session.observe(decided[...])
        draft.restart(at: draft.position + UInt64(decided.count))
      }
      #expect(draft.probabilities.count == draft.bytes.count)
      #expect(draft.probabilities.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test(arguments: [0, 1])
  func `a long text is caught up with and drafted after`(seed: UInt64) throws {
    let tiny = try TinyDrafter {
      ($0.hiddenSize, $0.innerSize, $0.layerCount, $0.stateSize) = (4, 8, 1, 2)
    }
    var random = SeededGenerator(seed: seed)
    var text = (0..<6_000).flatMap { _ in Self.pieces.randomElement(using: &random) ?? [] }
    if seed == 1 { text += [UInt8](repeating: 0x61, count: 3_000) + [0x20, 0x20] }
    let (whole, late) = (tiny.drafter.makeSession(), tiny.drafter.makeSession())
    whole.observe(text[...])
    try whole.catchUp()
    late.observe(text[..<9_999])
    late.observe(text[9_999...])
    let draft = try whole.draft(3)
    #expect(draft.tokenCount == 3)
    #expect(try late.draft(3) == draft)
  }
}
