import DecodingCore
import Drafter
import Kernels
import SpecDecodeTokenizer
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

    /// The same choice by enumeration: the token that ended, and the draft.
    func expected(
      below start: [UInt8], _ draft: inout Draft, _ sampler: ByteSampler,
      following: ([UInt8]) -> [Double]
    ) -> [UInt8]? {
      var sampler = sampler
      var prefix = start
      while true {
        let end = tokens.firstIndex(of: prefix).map { masses[$0] } ?? 0
        let isLooking = end > 0 && end >= mass(below: prefix) / 2
        let first = isLooking ? following(prefix) : Array(repeating: 0, count: 256)
        let sum = isLooking ? first.reduce(0, +) : 1
        var best: (byte: UInt8, score: Double, isFollowing: Bool)?
        for byte in UInt8.min...UInt8.max {
          let going = mass(below: prefix + [byte])
          let ending = end * (first[Int(byte)] / sum)
          guard going + ending > 0 else { continue }
          let temperature = sampler.isGreedy ? 1 : sampler.options.temperature
          let score =
            ScalarMath.log(going + ending) * (1 / temperature)
            + sampler.gumbel(at: draft.nextPosition, byte: byte)
          if score > best?.score ?? -.infinity { best = (byte, score, ending > going) }
        }
        guard let best else { return nil }
        draft.append(best.byte, probability: 0)
        if best.isFollowing { return prefix }
        prefix.append(best.byte)
      }
    }

    /// The choice by the code under test.
    func choice(
      below prefix: [UInt8] = [], _ draft: inout Draft, _ sampler: ByteSampler,
      following: ([UInt8]) -> [Double]
    ) throws -> [UInt8]? {
      var (sampler, candidates) = (sampler, ByteCandidates())
      let (choosing, node) = try #require(self.descent(below: prefix))
      return choosing.choose(
        from: node, into: &draft, sampler: &sampler, candidates: &candidates,
        following: { following(tokens[$0]) }
      ).map { tokens[$0] }
    }
  }

  /// Bytes that follow a token, some of them of no mass.
  private static func following(_ token: [UInt8]) -> [Double] {
    (0..<256).map { byte in
      Double(max(0, (byte * 37 + token.count * 11 + Int(token.last ?? 0)) % 19 - 9))
    }
  }

  private static func sampler(_ temperature: Double, _ seed: UInt64) -> ByteSampler {
    ByteSampler(options: SamplingOptions(temperature: temperature, seed: seed))
  }

  @Test(arguments: 0..<60, [0, 0.8, 1])
  func `a choice is that of an enumeration of all tokens`(
    seed: UInt64, temperature: Double
  ) throws {
    let vocabulary = Vocabulary(seed: seed)
    let prefixes = Set(
      vocabulary.tokens.flatMap { token in
        (0...token.count).map { Array(token.prefix($0)) }
      })
    for prefix in prefixes {
      let sampler = Self.sampler(temperature, seed)
      var (draft, expected) = (Draft(position: seed * 7), Draft(position: seed * 7))
      let token = try vocabulary.choice(
        below: prefix, &draft, sampler, following: Self.following)
      let other = vocabulary.expected(
        below: prefix, &expected, sampler, following: Self.following)
      #expect(token == other)
      #expect(draft.bytes == expected.bytes)
      #expect(draft.probabilities.allSatisfy { (0...1).contains($0) })
      if let token { #expect(prefix + draft.bytes.dropLast() == token) }
      #expect(draft.tokenCount == 0)
    }
  }

  @Test func `without any mass nothing is chosen`() throws {
    let vocabulary = Vocabulary(tokens: [[1, 2], [1, 3], [4]], masses: [0, 0, 0])
    for temperature in [0, 1.0] {
      var draft = Draft()
      let token = try vocabulary.choice(
        &draft, Self.sampler(temperature, 1), following: Self.following)
      #expect(token == nil)
      #expect(draft.bytes.isEmpty)
    }
  }

  @Test func `what follows is asked for where the token ends with half of the mass`() throws {
    // After 97: the token ends with the first mass, goes on with 98 with 3, with 99 with 5.
    let tokens: [[UInt8]] = [[97], [97, 98], [97, 99]]
    func choice(_ end: Double) throws -> (token: [UInt8]?, bytes: [UInt8], asked: [[UInt8]]) {
      var draft = Draft()
      var asked: [[UInt8]] = []
      let token = try Vocabulary(tokens: tokens, masses: [end, 3, 5]).choice(
        &draft, Self.sampler(0, 0)
      ) { token in
        asked.append(token)
        return (0..<256).map { $0 == 120 ? 3 : $0 == 99 ? 1 : 0 }
      }
      return (token, draft.bytes, asked)
    }
    // 8: a half. 120 has 6, and 99 has 5 + 2, most of it from going on.
    #expect(try choice(8) == (tokens[2], [97, 99, 120], [[97], [97, 99]]))
    #expect(try choice(7.9) == (tokens[2], [97, 99, 120], [[97, 99]]))
    // 120 has 12, 99 has 5 + 4.
    #expect(try choice(16) == (tokens[0], [97, 120], [[97]]))
  }

  @Test func `a lead in the scores makes a byte likely to stand`() throws {
    func chance(_ masses: [Double]) throws -> Float {
      var draft = Draft()
      let vocabulary = Vocabulary(tokens: [[1], [2]], masses: masses)
      _ = try vocabulary.choice(&draft, Self.sampler(0, 0), following: Self.following)
      return try #require(draft.probabilities.first)
    }
    let chances = try [[1, 1], [2, 1], [9, 1], [99, 1], [1e6, 1], [1, 0]].map(chance)
    for (one, next) in zip(chances, chances.dropFirst()) { #expect(one <= next) }
    #expect(chances[0] < chances[1] && chances[1] < chances[2])
    #expect((0.3...0.6).contains(chances[0]))
    #expect((0.97...1).contains(chances[4]))
  }

  @Test(arguments: [0.3, 1, 2], [nil, 0.8])
  func `the noise is the verifier's, so equal distributions give equal bytes`(
    temperature: Double, topP: Double?
  ) throws {
    var random = SeededGenerator(seed: 12)
    let trie = VocabularyTrie(tokens: (0..<256).map { (Int32($0), [UInt8($0)]) })
    var candidates = ByteCandidates()
    for position in 0..<200 as Range<UInt64> {
      let logits = (0..<256).map { _ in Float.random(in: -3...3, using: &random) }
      var sampler = ByteSampler(
        options: SamplingOptions(temperature: temperature, seed: position / 50, topP: topP))
      var sums = [Double](repeating: 0, count: 256)
      let row = ContiguousArray(logits)
      InstructionSet.best.cumulativeSoftmax(of: row.span, temperature: 1, into: &sums)
      var draft = Draft(position: position)
      let token = TokenDescent(trie: trie, range: 0..<256, sums: sums)
        .choose(
          from: trie.root, into: &draft, sampler: &sampler, candidates: &candidates,
          following: { _ in Array(repeating: 1, count: 256) })
      let decided = sampler.byte(from: logits, at: position)
      #expect(draft.bytes.first == decided)
      #expect(token == Int(decided))
    }
  }

  @Test func `bytes are drafted as often as the sum of all ways to them`() throws {
    let vocabulary = Vocabulary(
      tokens: [[1], [1, 5], [2], [2, 6]], masses: [30, 10, 20, 40])
    var counts: [[UInt8]: Int] = [:]
    let draws = 2_000
    for position in 0..<draws {
      var draft = Draft(position: UInt64(position) * 3)
      _ = try vocabulary.choice(&draft, Self.sampler(1, 42)) { _ in
        (0..<256).map { $0 == 5 ? 1 : $0 == 9 ? 3 : 0 }
      }
      counts[Array(draft.bytes.prefix(2)), default: 0] += 1
    }
    #expect(counts.count == 3)
    // 5 after 1: 10 of 40 by going on, and a quarter of the 30 of ending.
    for (bytes, share) in [[1, 5]: 0.175, [1, 9]: 0.225, [2, 6]: 0.6] as [[UInt8]: Double] {
      // Five standard deviations of a binomial count.
      let deviation = (share * (1 - share) * Double(draws)).squareRoot()
      let difference = Double(counts[bytes, default: 0]) - share * Double(draws)
      #expect(abs(difference) < 5 * deviation)
    }
  }
}
