import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct VocabularyTrieTests {
  typealias Token = (id: Int32, bytes: [UInt8])

  private static func randomTokens(seed: Int) -> [Token] {
    var random = SeededGenerator(seed: UInt64(seed))
    let bytes: [UInt8] = [0x00, 0x01, 0x61, 0x62, 0xFF]
    return (0..<Int.random(in: 0...120, using: &random)).map { id in
      let length = Int.random(in: 0...10, using: &random)
      return (Int32(id), (0..<length).map { _ in bytes.randomElement(using: &random) ?? 0 })
    }.shuffled(using: &random)
  }

  @Test(arguments: 0..<20)
  func `positions are in order of bytes and equal bytes keep the lowest id`(seed: Int) {
    let tokens = Self.randomTokens(seed: seed)
    let trie = VocabularyTrie(tokens: tokens)
    let distinct = Set(tokens.map(\.bytes)).subtracting([[]])
    #expect(trie.count == distinct.count)
    #expect(
      (0..<trie.count).map(trie.bytes(at:)) == distinct.sorted { $0.lexicographicallyPrecedes($1) })
    for position in 0..<trie.count {
      let bytes = trie.bytes(at: position)
      #expect(trie.ids[position] == tokens.filter { $0.bytes == bytes }.map(\.id).min())
    }
  }

  @Test(arguments: 0..<20)
  func `every prefix leads to the node of the tokens that begin with it`(seed: Int) throws {
    let trie = VocabularyTrie(tokens: Self.randomTokens(seed: seed))
    let sorted = (0..<trie.count).map(trie.bytes(at:))
    let prefixes = Set(
      sorted.flatMap { token in (0...token.count).map { Array(token.prefix($0)) } })
    for prefix in prefixes {
      let node = try #require(trie.descend(prefix))
      let below = sorted.indices.filter { sorted[$0].starts(with: prefix) }
      #expect(Array(trie.range(of: node)) == below)
      #expect(trie.tokenEnding(at: node) == sorted.firstIndex(of: prefix))
      let bytes = Set(
        below.filter { sorted[$0].count > prefix.count }.map { sorted[$0][prefix.count] })
      #expect(trie.children(of: node).map(trie.byte(of:)) == bytes.sorted())
      for byte in UInt8.min...UInt8.max {
        let child = trie.child(of: node, byte)
        #expect(child == trie.descend(prefix + [byte]))
        #expect((child != nil) == bytes.contains(byte))
      }
      for slot in trie.children(of: node) {
        #expect(trie.node(at: slot) == trie.child(of: node, trie.byte(of: slot)))
      }
    }
  }

  @Test func `the ranges of the children follow the token that ends, without gaps`() throws {
    let trie = VocabularyTrie(tokens: Self.randomTokens(seed: 77))
    var nodes = [trie.root]
    while let node = nodes.popLast() {
      var next = trie.range(of: node).lowerBound + (trie.tokenEnding(at: node) == nil ? 0 : 1)
      for slot in trie.children(of: node) {
        let child = trie.node(at: slot)
        #expect(trie.range(of: child).lowerBound == next)
        #expect(!trie.range(of: child).isEmpty)
        next = trie.range(of: child).upperBound
        nodes.append(child)
      }
      #expect(next == trie.range(of: node).upperBound)
    }
  }

  @Test func `a prefix that no token has leads nowhere`() {
    let trie = VocabularyTrie(tokens: [(0, [1, 2]), (1, [1, 2, 3])])
    #expect(trie.descend([1, 3]) == nil)
    #expect(trie.descend([1, 2, 3, 4]) == nil)
    #expect(trie.descend([]) == trie.root)
  }

  @Test func `an empty vocabulary has a root without tokens`() {
    let trie = VocabularyTrie(tokens: [(3, [])])
    #expect(trie.count == 0)
    #expect(trie.range(of: trie.root).isEmpty)
    #expect(trie.children(of: trie.root).isEmpty)
    #expect(trie.tokenEnding(at: trie.root) == nil)
    #expect(trie.child(of: trie.root, 0) == nil)
  }

  @Test func `a token of a million bytes does not exhaust the stack`() throws {
    let long = [UInt8](repeating: 0x61, count: 1 << 20)
    let trie = VocabularyTrie(tokens: [(5, long), (6, [0x61])])
    let end = try #require(trie.descend(long))
    #expect(trie.ids == [6, 5])
    #expect(trie.tokenEnding(at: end) == 1)
  }

  @Test func `a node has up to 256 children`() {
    let tokens = (UInt8.min...UInt8.max).map { (id: Int32($0), bytes: [$0]) }
    let trie = VocabularyTrie(tokens: tokens.reversed())
    #expect(trie.children(of: trie.root).map(trie.byte(of:)) == Array(UInt8.min...UInt8.max))
    #expect(trie.ids == Array(0..<256))
  }

  @Test func `every token of the bundled vocabulary is found by its bytes`() throws {
    let tokenizer = try BundledTokenizer.loaded.get()
    let trie = VocabularyTrie(
      tokens: (0..<tokenizer.vocabularySize).compactMap { id in
        tokenizer.bytes(of: id).map { (Int32(id), $0) }
      })
    #expect(trie.count == 8_192)
    for id in 0..<tokenizer.vocabularySize {
      let bytes = try #require(tokenizer.bytes(of: id))
      let position = trie.descend(bytes).flatMap(trie.tokenEnding(at:))
      #expect(position.map { trie.ids[$0] } == Int32(id))
    }
  }
}
