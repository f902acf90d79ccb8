import Foundation
import SpecDecodeTokenizer
import Testing

@Suite struct BPETrainerTests {
  private static func train(
    _ texts: [[UInt8]], size: Int, pieceSize: Int = .max
  ) throws -> TrainedVocabulary {
    var trainer = try BPETrainer(vocabularySize: size)
    for text in texts {
      var rest = text[...]
      while !rest.isEmpty {
        try trainer.append(rest.prefix(pieceSize))
        rest = rest.dropFirst(pieceSize)
      }
      try trainer.endText()
    }
    return trainer.train()
  }

  private static func products(_ vocabulary: TrainedVocabulary) -> [String] {
    vocabulary.tokens.dropFirst(256).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a tiny text gives the merges worked out by hand`() throws {
    // Pieces: "ab" 3 times, " ab" and " abc" once, " b" twice. a b occurs 5 times; then Ġ ab and
    // Ġ b twice each: the left ids are equal, and b is lower than ab.
    let text = Array("ab".utf8)
    let vocabulary = try Self.train(
      [text, text, Array("ab ab abc b b".utf8)], size: 260)
    #expect(Self.products(vocabulary) == ["ab", " b", " ab"])
    #expect(vocabulary.mergeCount == 3)
  }

  @Test func `pairs that overlap are merged from the left`() throws {
    let vocabulary = try Self.train([Array("aaaaa aaaaa".utf8)], size: 300)
    // a a: 4 + 4 times, in the pieces aaaaa and Ġaaaaa, which become aa aa a and Ġ aa aa a. Now
    // aa a and aa aa occur twice each, and a is lower than aa.
    #expect(Self.products(vocabulary) == ["aa", "aaa", "aaaaa"])
  }

  @Test func `a text has the merges of the reference`() throws {
    let training = try ReferenceVectors.training()
    let vocabulary = try Self.train([Array(training.text.utf8)], size: training.vocabulary)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(vocabulary.tokenizerJSON)) as? [String: Any])
    let model = try #require(json["model"] as? [String: Any])
    #expect(model["merges"] as? [String] == training.merges)
    #expect(vocabulary.tokens.count == training.vocabulary)
  }

  @Test(arguments: [1, 7, 4096])
  func `how a text is divided makes no difference`(pieceSize: Int) throws {
    let text = Array(try ReferenceVectors.training().text.utf8)
    let whole = try Self.train([text], size: 400).tokenizerJSON
    #expect(try Self.train([text], size: 400, pieceSize: pieceSize).tokenizerJSON == whole)
  }

  @Test(arguments: ["word ", "\u{3000}日本\u{3000} ", "a\n\n  b\t ", "x\u{FF}"])
  func `a text longer than a window is counted as a whole`(unit: String) throws {
    // Multiplying all counts changes no order, so a window that cut pieces would show.
    let once = Array(String(repeating: unit, count: 64).utf8)
    let count = (5 << 18) / (64 * unit.utf8.count)
    let long = Array(String(repeating: unit, count: 64 * count).utf8)
    #expect(long.count > 1 << 20)
    let vocabulary = try Self.train([long], size: 262, pieceSize: 1 << 19)
    #expect(vocabulary.tokens == (try Self.train([once], size: 262)).tokens)
  }

  @Test func `no piece goes on into the next text`() throws {
    let apart = try Self.train([Array("a".utf8), Array("b".utf8)], size: 257)
    #expect(apart.tokens.count == 256)
    let twice = try Self.train([Array("ab ".utf8), Array("ab".utf8)], size: 257)
    #expect(Self.products(twice) == ["ab"])
  }

  @Test func `an empty text gives the bytes alone`() throws {
    for texts in [[], [[]], [Array("x".utf8)]] as [[[UInt8]]] {
      let vocabulary = try Self.train(texts, size: 1000)
      #expect(vocabulary.tokens.count == 256)
      #expect(Set(vocabulary.tokens) == Set((UInt8.min...UInt8.max).map { [$0] }))
      #expect(vocabulary.mergeCount == 0)
    }
  }

  @Test func `bytes that are not of UTF-8 are merged with nothing`() throws {
    let noise = Array(repeating: [0xFF, 0xFE, 0x61, 0x62, 0xC3] as [UInt8], count: 9).flatMap { $0 }
    #expect(Self.products(try Self.train([noise], size: 300)) == ["ab"])
  }

  @Test func `no token is longer than the limit`() throws {
    let text = Array(String(repeating: "a", count: 100_000).utf8)
    let vocabulary = try Self.train([text], size: 300)
    #expect(vocabulary.tokens.map(\.count).max() == 1024)
  }

  @Test(arguments: [Int.min, -1, 0, 255, 1 << 24 + 1, Int.max])
  func `a size that no vocabulary can have is a typed error`(size: Int) {
    let error = #expect(throws: BPETrainingError.self) { try BPETrainer(vocabularySize: size) }
    #expect(error == .vocabularySize(size, range: 256...1 << 24))
    #expect(error?.description.contains("\(size) tokens") == true)
  }

  @Test func `what was trained loads and takes any bytes`() throws {
    let training = try ReferenceVectors.training()
    let vocabulary = try Self.train([Array(training.text.utf8)], size: 400)
    let tokenizer = try BPETokenizer(json: Data(vocabulary.tokenizerJSON), path: "trained.json")
    #expect(tokenizer.vocabularySize == 400)
    for (id, bytes) in vocabulary.tokens.enumerated() { #expect(tokenizer.bytes(of: id) == bytes) }
    let text = Array(training.text.utf8) + Array(0...255)
    let ids = tokenizer.encode(text)
    #expect(try tokenizer.decode(ids) == text)
    #expect(ids.count < text.count / 2)
  }

  @Test func `training stops when it is told to`() throws {
    struct Stop: Error {}
    var trainer = try BPETrainer(vocabularySize: 400)
    try trainer.append(Array("ab ab abc abc".utf8))
    try trainer.endText()
    #expect(throws: Stop.self) {
      try trainer.train { done, whole throws(Stop) in
        #expect(whole == 400)
        if done == 257 { throw Stop() }
      }
    }
  }
}
