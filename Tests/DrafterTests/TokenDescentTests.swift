import DecodingCore
import Drafter
import Kernels
import TestSupport
import Testing

/// The choice of a token, byte by byte, against an enumeration of all tokens.
@Suite struct TokenDescentTests {
  /// Tokens with masses that are whole numbers, so that every sum is exact.
  private struct Vocabulary {
    let tokens: [[UInt8]]
    let masses: [Double]
    let trie: VocabularyTrie

    init(tokens: [[UInt8]], masses: [Double]) {
      self.tokens = tokens
      self.masses = masses
      trie = VocabularyTrie(tokens: tokens.enumerated().map { (Int32($0.offset), $0.element) })
    }

    init(seed: UInt64, allowsZero: Bool = true) {
      var random = SeededGenerator(seed: seed)
      let tokens = Set(
        (0..<Int.random(in: 1...60, using: &random)).map { _ in
          (0..<Int.random(in: 1...5, using: &random)).map { _ in
            UInt8([0, 97, 98, 255].randomElement(using: &random) ?? 0)
          }
        }
      ).sorted { $0.lexicographicallyPrecedes($1) }
      self.init(
        tokens: tokens,
        masses: tokens.map { _ in
          Double(max(Int.random(in: -20...99, using: &random), allowsZero ? 0 : 1))
        })
    }

    /// The tokens below a prefix, chosen among by the code under test.
    func descent(below prefix: [UInt8]) -> (TokenDescent, VocabularyTrie.Node)? {
      guard let node = trie.descend(prefix) else { return nil }
      let range = trie.range(of: node)
      var sum = 0.0
      let sums = range.map { place in
        sum += masses[place]
        return sum
      }
      return (TokenDescent(trie: trie, range: range, sums: sums), node)
    }

    func mass(below prefix: [UInt8]) -> Double {
      zip(tokens, masses).reduce(0) { $0 + ($1.0.starts(with: prefix) ? $1.1 : 0) }
    }

    /// The same choice by enumeration: the token, the draft, and the probability that it ends.
    func expected(
      below start: [UInt8], _ draft: inout Draft, _ sampler: ByteSampler, certainty: Double
    ) -> (token: [UInt8], certainty: Double) {
      var sampler = sampler
      var prefix = start
      var certainty = certainty
      while true {
        let total = mass(below: prefix)
        let end = tokens.firstIndex(of: prefix).map { masses[$0] }
        let next = Set(
          tokens.filter { $0.count > prefix.count && $0.starts(with: prefix) }.map {
            $0[prefix.count]
          }
        ).sorted()
        let scores = next.map { byte -> Double in
          let mass = mass(below: prefix + [byte])
          if sampler.isGreedy { return mass }
          return mass == 0
            ? -.greatestFiniteMagnitude
            : ScalarMath.log(mass) + sampler.gumbel(at: draft.nextPosition, byte: byte)
        }
        let best = scores.max().flatMap { best in scores.firstIndex(of: best) }.map { next[$0] }
        let bestMass = best.map { mass(below: prefix + [$0]) } ?? -1
        let uniform = sampler.draftUniform(at: draft.nextPosition, index: 0)
        if let end, best == nil || (sampler.isGreedy ? end > bestMass : uniform < end / total) {
          return (prefix, certainty * (total > 0 ? end / total : 0))
        }
        guard let best else { return (prefix, .nan) }
        draft.append(best, probability: Float(certainty * (total > 0 ? bestMass / total : 0)))
        prefix.append(best)
        certainty = 1
      }
    }
  }

  private static func sampler(_ temperature: Double, _ seed: UInt64) -> ByteSampler {
    ByteSampler(options: SamplingOptions(temperature: temperature, seed: seed))
  }

  @Test(arguments: 0..<100, [0, 0.8])
  func `a choice is that of an enumeration of all tokens`(
    seed: UInt64, temperature: Double
  ) throws {
    let vocabulary = Vocabulary(seed: seed)
    let prefixes = Set(
      vocabulary.tokens.flatMap { token in
        (0...token.count).map { Array(token.prefix($0)) }
      })
    for prefix in prefixes {
      var sampler = Self.sampler(temperature, seed)
      let (descent, node) = try #require(vocabulary.descent(below: prefix))
      var (draft, expected) = (Draft(position: seed * 7), Draft(position: seed * 7))
      let choice = try #require(
        descent.choose(from: node, into: &draft, sampler: &sampler, certainty: 0.75))
      let other = vocabulary.expected(below: prefix, &expected, sampler, certainty: 0.75)
      #expect(vocabulary.tokens[choice.token] == other.token)
      #expect(vocabulary.tokens[choice.token] == prefix + draft.bytes)
      #expect(draft.bytes == expected.bytes)
      #expect(abs(Double(choice.certainty) - other.certainty) < 1e-6)
      for (one, two) in zip(draft.probabilities, expected.probabilities) {
        #expect(abs(one - two) < 1e-6)
      }
      #expect(draft.tokenCount == 0)
    }
  }

  @Test(arguments: 0..<60, [0, 0.5, 1])
  func `a token of no mass is never chosen when another has mass`(
    seed: UInt64, temperature: Double
  ) throws {
    let vocabulary = Vocabulary(seed: seed)
    guard vocabulary.masses.contains(where: { $0 > 0 }) else { return }
    for position in 0..<6 {
      var sampler = Self.sampler(temperature, seed)
      var draft = Draft(position: UInt64(position))
      let (descent, node) = try #require(vocabulary.descent(below: []))
      let choice = try #require(
        descent.choose(from: node, into: &draft, sampler: &sampler, certainty: 1))
      // Greedily a byte may win by many small masses, but never by none.
      #expect(vocabulary.masses[choice.token] > 0)
    }
  }

  @Test func `without any mass the lowest bytes are taken`() throws {
    let vocabulary = Vocabulary(tokens: [[1, 2], [1, 3], [4]], masses: [0, 0, 0])
    for temperature in [0, 1.0] {
      var sampler = Self.sampler(temperature, 1)
      var draft = Draft()
      let (descent, node) = try #require(vocabulary.descent(below: []))
      let choice = try #require(
        descent.choose(from: node, into: &draft, sampler: &sampler, certainty: 1))
      #expect(choice.token == 0)
      #expect(draft.probabilities == [0, 0])
    }
  }

  @Test func `greedily the end of a token is one more choice`() throws {
    // After 97: the token ends with 4, goes on with 98 with 3 + 2, with 99 with 5.
    let tokens: [[UInt8]] = [[97], [97, 98], [97, 98, 98], [97, 99]]
    func choice(_ masses: [Double]) throws -> (token: Int, certainty: Float, draft: Draft) {
      var (sampler, draft) = (Self.sampler(0, 0), Draft())
      let (descent, node) = try #require(
        Vocabulary(tokens: tokens, masses: masses).descent(below: []))
      let choice = try #require(
        descent.choose(from: node, into: &draft, sampler: &sampler, certainty: 1))
      return (choice.token, choice.certainty, draft)
    }
    let low = try choice([4, 3, 2, 5])
    #expect(low.token == 1)
    #expect(low.draft.bytes == [97, 98])
    #expect(low.draft.probabilities == [1, Float(5.0 / 14)])
    #expect(low.certainty == Float(3.0 / 5))
    #expect(try choice([6, 3, 2, 5]).token == 0)
    #expect(try choice([6, 3, 2, 5]).certainty == Float(6.0 / 16))
    #expect(try choice([5, 3, 2, 5]).token == 1)
    #expect(try choice([4, 3, 2, 6]).token == 3)
  }

  @Test(arguments: [0.3, 1, 2])
  func `the noise is the verifier's, so equal distributions give equal bytes`(
    temperature: Double
  ) throws {
    var random = SeededGenerator(seed: 12)
    let trie = VocabularyTrie(tokens: (0..<256).map { (Int32($0), [UInt8($0)]) })
    for position in 0..<200 as Range<UInt64> {
      let logits = (0..<256).map { _ in Float.random(in: -3...3, using: &random) }
      var sampler = Self.sampler(temperature, position / 50)
      var sums = [Double](repeating: 0, count: 256)
      let row = FloatBuffer(logits).rows(stride: 256)
      InstructionSet.best.cumulativeSoftmax(
        of: row, in: 0..<256, temperature: Float(temperature), into: &sums)
      var draft = Draft(position: position)
      let choice = TokenDescent(trie: trie, range: 0..<256, sums: sums)
        .choose(from: trie.root, into: &draft, sampler: &sampler, certainty: 1)
      #expect(draft.bytes == [sampler.byte(from: logits, at: position)])
      #expect(choice?.token == draft.bytes.first.map(Int.init))
    }
  }

  @Test func `a byte is drawn as often as its mass says`() throws {
    let vocabulary = Vocabulary(
      tokens: [[1], [1, 5], [2], [2, 6], [2, 7]], masses: [10, 30, 20, 10, 30])
    var counts = [Int](repeating: 0, count: 5)
    var sampler = Self.sampler(1, 42)
    let (descent, node) = try #require(vocabulary.descent(below: []))
    let draws = 2_000
    for position in 0..<draws {
      var draft = Draft(position: UInt64(position) * 3)
      let choice = try #require(
        descent.choose(from: node, into: &draft, sampler: &sampler, certainty: 1))
      counts[choice.token] += 1
    }
    for (count, mass) in zip(counts, vocabulary.masses) {
      // Five standard deviations of a binomial count.
      let share = mass / 100
      let deviation = (share * (1 - share) * Double(draws)).squareRoot()
      #expect(abs(Double(count) - share * Double(draws)) < 5 * deviation)
    }
  }
}
