import DecodingCore
import Drafter
import Foundation
import Kernels
import SpecDecodeTokenizer
import TestSupport
import Testing

/// What a session proposes follows from its token context and the open bytes, and from nothing
/// else of its history.
@Suite struct SubwordDrafterSessionTests {
  static let text = Array("the andouth in thean\n  the\u{2019}s s\u{2014}er sand".utf8)

  private static func sampler(_ temperature: Double, seed: UInt64 = 3) -> ByteSampler {
    ByteSampler(options: SamplingOptions(temperature: temperature, seed: seed))
  }

  @Test(arguments: [0, 0.7, 1])
  func `pieces that are observed before a draft are the same as the whole`(
    temperature: Double
  ) throws {
    let tiny = try TinyDrafter()
    let sampler = Self.sampler(temperature)
    let whole = tiny.drafter.makeSession()
    whole.observe(Self.text[...])
    let expected = try whole.draft(5, at: 9, sampler)
    #expect(expected.tokenCount == 5)
    for cut in Self.text.indices {
      let pieces = tiny.drafter.makeSession()
      pieces.observe(Self.text[..<cut])
      pieces.observe([])
      pieces.observe(Self.text[cut...])
      #expect(try pieces.draft(5, at: 9, sampler) == expected)
    }
    let bytes = tiny.drafter.makeSession()
    for index in Self.text.indices { bytes.observe(Self.text[index...index]) }
    #expect(try bytes.draft(5, at: 9, sampler) == expected)
  }

  @Test(arguments: [0, 0.7])
  func `catching up in between matters only where the encoding differs`(
    temperature: Double
  ) throws {
    let tiny = try TinyDrafter()
    let sampler = Self.sampler(temperature)
    var agreeing = 0
    for cut in 1..<Self.text.count {
      var whole = ReferenceDrafter(tiny)
      whole.observe(Self.text)
      whole.catchUp()
      var parts = ReferenceDrafter(tiny)
      parts.observe(Self.text[..<cut])
      parts.catchUp()
      parts.observe(Self.text[cut...])
      parts.catchUp()
      let session = tiny.drafter.makeSession()
      session.observe(Self.text[..<cut])
      try session.catchUp()
      session.observe(Self.text[cut...])
      let draft = try session.draft(4, at: 1, sampler)
      #expect(try draft == parts.draft(4, at: 1, sampler))
      guard parts.context == whole.context, parts.open == whole.open else { continue }
      agreeing += 1
      #expect(try draft == whole.draft(4, at: 1, sampler))
    }
    #expect(agreeing > Self.text.count / 2)
  }

  @Test(arguments: [0, 1], 0..<6)
  func `with bytes as tokens every history of the same bytes gives the same draft`(
    temperature: Double, seed: UInt64
  ) throws {
    let tiny = try TinyDrafter(tokenizer: TinyDrafter.byteTokens())
    let sampler = Self.sampler(temperature)
    var random = SeededGenerator(seed: seed)
    let session = tiny.drafter.makeSession()
    var decided: [UInt8] = []
    for _ in 0..<20 {
      // A draft stands in part, then another byte is decided.
      let draft = try session.draft(
        Int.random(in: 0...4, using: &random), at: UInt64(decided.count), sampler)
      let accepted = Int.random(in: 0...draft.bytes.count, using: &random)
      let bytes = draft.bytes[..<accepted] + [UInt8.random(in: 0...255, using: &random)]
      session.observe(bytes)
      if Bool.random(using: &random) { try session.catchUp() }
      decided += bytes
      let fresh = tiny.drafter.makeSession()
      fresh.observe(decided[...])
      let expected = try fresh.draft(3, at: 7, sampler)
      // The first token is the open byte itself when more than one byte was observed.
      #expect(expected.bytes.count == (decided.count > 1 ? 3 : 4))
      let copy = tiny.drafter.makeSession()
      copy.observe(decided[...])
      #expect(try copy.draft(3, at: 7, sampler) == expected)
      let same = try session.draft(3, at: 7, sampler)
      #expect(same.bytes == expected.bytes && same.probabilities == expected.probabilities)
      session.observe([])
    }
  }

  @Test(arguments: [0, 0.7], 1...3)
  func `whatever part of a draft stands, the next one is that of its tokens`(
    temperature: Double, threads: Int
  ) throws {
    let tiny = try TinyDrafter(threads: threads)
    let sampler = Self.sampler(temperature, seed: UInt64(threads))
    for end in [1, 2, 8, 14, 22, Self.text.count] {
      var drafted = ReferenceDrafter(tiny)
      drafted.observe(Self.text[..<end])
      let draft = try drafted.draft(4, at: 0, sampler)
      for accepted in 0...draft.bytes.count {
        let session = tiny.drafter.makeSession()
        session.observe(Self.text[..<end])
        #expect(try session.draft(4, at: 0, sampler) == draft)
        var reference = drafted
        let decided = draft.bytes[..<accepted] + [accepted.isMultiple(of: 2) ? 0x65 : 0xE2]
        session.observe(decided)
        reference.observe(decided)
        let next = try session.draft(2, at: UInt64(decided.count), sampler)
        #expect(next.tokenCount == 2)
        #expect(try reference.draft(2, at: UInt64(decided.count), sampler) == next)
      }
    }
  }

  @Test func `drafted bytes go on with a token that begins with the open bytes, and one byte`()
    throws
  {
    let tiny = try TinyDrafter()
    for end in 1...Self.text.count {
      for temperature in [0, 1.0] {
        let session = tiny.drafter.makeSession()
        session.observe(Self.text[..<end])
        let draft = try session.draft(1, at: 0, Self.sampler(temperature, seed: UInt64(end)))
        var reference = ReferenceDrafter(tiny)
        reference.observe(Self.text[..<end])
        reference.catchUp()
        let token = reference.open + draft.bytes.dropLast()
        #expect(draft.tokenCount == 1)
        #expect(
          tiny.vocabulary.trie.descend(token).flatMap(tiny.vocabulary.trie.tokenEnding) != nil)
      }
    }
  }

  @Test func `observing nothing ends a draft, and the next begins where it began`() throws {
    let tiny = try TinyDrafter()
    for end in 1...Self.text.count {
      let session = tiny.drafter.makeSession()
      session.observe(Self.text[..<end])
      let draft = try session.draft(4)
      session.observe([])
      #expect(try session.draft(4) == draft)
    }
  }

  @Test func `nothing is proposed before a byte that a token covers`() throws {
    let tiny = try TinyDrafter(tokenizer: TinyDrafter.fewTokens())
    let session = tiny.drafter.makeSession()
    var draft = Draft()
    var sampler = Self.sampler(0)
    for bytes in [[], [0], [200, 201]] as [[UInt8]] {
      session.observe(bytes[...])
      #expect(try !session.extend(&draft, sampler: &sampler))
      #expect(draft == Draft())
    }
    session.observe([UInt8(ascii: "a")])
    #expect(try session.draft(3).tokenCount == 3)
  }

  @Test func `a byte that no token covers is skipped in the context only`() throws {
    let tiny = try TinyDrafter(tokenizer: TinyDrafter.fewTokens())
    let (with, without) = (tiny.drafter.makeSession(), tiny.drafter.makeSession())
    with.observe(Array("ab ab?".utf8)[...])
    try with.catchUp()
    with.observe(Array("?tt".utf8)[...])
    without.observe(Array("ab ab".utf8)[...])
    try without.catchUp()
    without.observe(Array("tt".utf8)[...])
    #expect(try with.draft(4) == without.draft(4))
  }

  @Test(
    arguments: [
      1e-300, 1e-46, 1e-40, 1e-38, 1e-20, 0.01, 5, 1e20, 1e39, .greatestFiniteMagnitude,
    ])
  func `every temperature that is allowed gives a draft`(temperature: Double) throws {
    let tiny = try TinyDrafter()
    let session = tiny.drafter.makeSession()
    session.observe(Self.text[...])
    let draft = try session.draft(6, at: 2, Self.sampler(temperature))
    #expect(draft.tokenCount == 6)
    #expect(draft.probabilities.allSatisfy { (0...1).contains($0) })
    if temperature < 1e-10 {
      #expect(draft.probabilities.allSatisfy { $0 > 0.9 })
    }
  }

  @Test func `a session is independent of others of the same drafter`() throws {
    let tiny = try TinyDrafter()
    let (one, other) = (tiny.drafter.makeSession(), tiny.drafter.makeSession())
    one.observe(Self.text[...])
    let alone = try one.draft(4)
    one.observe([])
    other.observe(Array("sand".utf8)[...])
    _ = try other.draft(6)
    #expect(try one.draft(4) == alone)
  }

  @Test func `a logit that is not finite is an error of the drafter`() throws {
    let tiny = try TinyDrafter {
      $0.changes = ["backbone.layers.0.norm.weight": .all(3e38)]
    }
    let session = tiny.drafter.makeSession()
    session.observe(Self.text[...])
    let error = #expect(throws: DecodingError.self) { try session.draft(1) }
    guard case .nonFiniteLogit("drafter", _) = error else {
      Issue.record("\(error?.description ?? "no error")")
      return
    }
  }
}
