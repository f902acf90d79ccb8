import DecodingCore
import Drafter
import Reporting
import SpecDecodeTokenizer
import TestSupport
import Testing

/// Tokens drawn byte by byte, against an enumeration of all tokens.
@Suite struct TokenSamplingTests {
  private static let tokens: [[UInt8]] = [
    [1], [1, 5], [1, 5, 5], [1, 6], [2], [2, 6], [2, 7, 8], [9, 9],
  ]
  private static let masses: [Double] = [10, 12, 9, 14, 20, 10, 15, 10]

  private static func descent() -> TokenDescent {
    var sum = 0.0
    let sums = masses.map { mass in
      sum += mass
      return sum
    }
    return TokenDescent(trie: trie, range: 0..<tokens.count, sums: sums)
  }

  private static let trie = VocabularyTrie(
    tokens: tokens.enumerated().map { (Int32($0.offset), $0.element) })

  private static func mass(where condition: ([UInt8]) -> Bool) -> Double {
    zip(tokens, masses).reduce(0) { $0 + (condition($1.0) ? $1.1 : 0) }
  }

  /// Pearson's test with 7 degrees of freedom at one in a thousand: 3,000 draws tell tokens apart
  /// that are each off by 11 % of themselves 19 times in 20.
  @Test func `a token is drawn as often as its mass says`() throws {
    var counts = [Int](repeating: 0, count: Self.tokens.count)
    let sampler = ByteSampler(options: SamplingOptions(temperature: 1, seed: 4))
    for round in 0..<3_000 {
      var draft = Draft(position: UInt64(round) * 5)
      let token = try #require(
        try Self.descent().draw(from: Self.trie.root, into: &draft, sampler: sampler))
      #expect(draft.bytes == Self.tokens[token])
      counts[token] += 1
    }
    let test = ChiSquare(counts: counts, probabilities: Self.masses.map { $0 / 100 })
    #expect(test.holds, "\(test.statistic), limit \(test.limit)")
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `each byte has its distribution given that the token went on`(seed: UInt64) throws {
    let sampler = ByteSampler(options: SamplingOptions(temperature: 1, seed: seed))
    var draft = Draft(position: 3)
    _ = try Self.descent().draw(from: Self.trie.root, into: &draft, sampler: sampler)
    for index in draft.bytes.indices {
      let prefix = Array(draft.bytes[..<index])
      let whole = Self.mass { $0.count > index && $0.starts(with: prefix) }
      let row = Array(try #require(draft.distribution(at: index)))
      for byte in UInt8.min ... .max {
        let expected = Self.mass { $0.starts(with: prefix + [byte]) } / whole
        #expect(abs(row[Int(byte)] - expected) < 1e-12)
      }
      #expect(abs(Double(draft.probabilities[index]) - row[Int(draft.bytes[index])]) < 1e-6)
    }
  }

  @Test func `only tokens below the node are drawn`() throws {
    let node = try #require(Self.trie.descend([1, 5]))
    let range = Self.trie.range(of: node)
    var sum = 0.0
    let descent = TokenDescent(
      trie: Self.trie, range: range,
      sums: range.map { place in
        sum += Self.masses[place]
        return sum
      })
    var ends = 0
    for position in 0..<200 as Range<UInt64> {
      let sampler = ByteSampler(options: SamplingOptions(temperature: 1, seed: 9))
      var draft = Draft(position: position)
      let token = try #require(try descent.draw(from: node, into: &draft, sampler: sampler))
      #expect(token == 1 ? draft.bytes.isEmpty : token == 2 && draft.bytes == [5])
      ends += token == 1 ? 1 : 0
    }
    // 12 of 21, five standard deviations to either side.
    #expect((79...149).contains(ends))
  }

  @Test(arguments: [0.7, 1])
  func `a session's draft has a distribution for every byte`(temperature: Double) throws {
    let tiny = try TinyDrafter()
    var sampler = ByteSampler(options: SamplingOptions(temperature: temperature, seed: 2))
    let session = tiny.drafter.makeSession()
    session.observe(SubwordDrafterSessionTests.text[...])
    var draft = Draft(position: 40)
    for _ in 0..<6 { #expect(try session.extendBySampling(&draft, sampler: &sampler)) }
    #expect(draft.tokenCount == 6 && draft.bytes.count > 4)
    for index in draft.bytes.indices {
      let row = try #require(draft.distribution(at: index))
      #expect(abs(row.reduce(0, +) - 1) < 1e-12)
      #expect(row[row.startIndex + Int(draft.bytes[index])] > 0)
    }
  }

  @Test func `at temperature 0 a session proposes as ever`() throws {
    let tiny = try TinyDrafter()
    var sampler = ByteSampler(options: SamplingOptions(seed: 2))
    let (one, other) = (tiny.drafter.makeSession(), tiny.drafter.makeSession())
    one.observe(SubwordDrafterSessionTests.text[...])
    other.observe(SubwordDrafterSessionTests.text[...])
    var draft = Draft()
    for _ in 0..<4 { _ = try one.extendBySampling(&draft, sampler: &sampler) }
    #expect(try other.draft(4) == draft)
    #expect(draft.distribution(at: 0) == nil)
  }
}
