import Checkpoint
import Kernels
import Mamba
import TestSupport
import Testing

/// A model may be loaded with part of its vocabulary, in any order.
@Suite struct TokenSubsetTests {
  private static func check(_ variant: ModelVariant, keeping kept: [Int]) throws {
    let whole = try variant.load()
    let part = try variant.model.load(threads: 2, tokens: kept)
    #expect(part.configuration.vocabularySize == kept.count)
    let places = (0..<12).map { $0 * 5 % kept.count }
    let expected = try ModelTrace(whole, places.map { kept[$0] })
    let found = try ModelTrace(part, places)
    #expect(found.states == expected.states)
    #expect(found.logits == expected.logits.map { $0[kept] })
  }

  @Test(arguments: ModelVariant.allCases)
  func `a permutation of the tokens permutes the logits`(variant: ModelVariant) throws {
    var generator = SeededGenerator(seed: 5)
    try Self.check(
      variant, keeping: (0..<variant.model.vocabularySize).shuffled(using: &generator))
  }

  @Test(arguments: ModelVariant.allCases, [1, 15, 16, 17, 40])
  func `a subset of the tokens has their logits`(variant: ModelVariant, count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let all = (0..<variant.model.vocabularySize).shuffled(using: &generator)
    try Self.check(variant, keeping: Array(all.prefix(count)))
  }

  @Test func `a token may be kept twice`() throws {
    try Self.check(.int8, keeping: [256, 3, 3, 256, 0])
  }

  @Test func `fewer tokens take less memory`() throws {
    let whole = try ModelVariant.float16.load()
    let part = try ModelVariant.float16.model.load(tokens: [1, 2, 3])
    // Embedding and head: 5 panels of 16 rows become one, 24 columns of 2 bytes.
    #expect(whole.weightByteCount - part.weightByteCount == 2 * 4 * 16 * 24 * 2)
  }
}
