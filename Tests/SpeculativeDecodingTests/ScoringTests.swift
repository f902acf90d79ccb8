import DecodingCore
import Kernels
import Mamba
import MambaDevices
import SpecDecodePlatform
import SpeculativeDecoding
import TestSupport
import Testing
import Verifier

/// Scores of given continuations, in company what they are alone.
@Suite struct ScoringTests {
  private let files: TemporaryDirectory

  init() throws {
    var model = TinyModel()
    model.storage = .i8
    files = try model.write()
  }

  private func decoder(
    _ instructionSet: InstructionSet = .best, threads: Int = 1
  ) throws -> SpeculativeDecoder<NoDrafter, ByteVerifier> {
    let team = WorkerTeam(size: threads, instructionSet: instructionSet)
    return SpeculativeDecoder(
      verifier: try ByteVerifier(contentsOf: files.url, on: .team(team)))
  }

  /// The definition: a step a byte, one continuation after the other.
  private func byteByByte(
    _ continuation: [UInt8], after prompt: [UInt8], _ verifier: ByteVerifier
  ) throws -> [Double] {
    let session = verifier.makeSession()
    try session.consume(prompt.dropLast())
    var last = prompt[prompt.count - 1]
    var logits = [Float](repeating: 0, count: 256)
    return try continuation.map { byte in
      try session.step(last)
      last = byte
      try session.copyLogits(after: 0, into: &logits)
      return LogSoftmax.value(of: byte, in: logits)
    }
  }

  /// Texts that share beginnings of any length: some equal, some the beginning of others, some empty.
  private static func texts(_ count: Int, _ random: inout SeededGenerator) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    for _ in 0..<count {
      let beginning = texts.randomElement(using: &random) ?? []
      let kept = beginning.prefix(Int.random(in: 0...beginning.count, using: &random))
      let own = (0..<Int.random(in: 0...3, using: &random) * Int.random(in: 0...20, using: &random))
        .map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
      texts.append(kept + own)
    }
    return texts.shuffled(using: &random)
  }

  /// Every beginning of a text that another byte follows is consumed once.
  private static func beginnings(of texts: [[UInt8]]) -> Int {
    Set(texts.flatMap { text in text.indices.dropFirst().map { text.prefix($0) } }).count
  }

  private func score(
    _ texts: [[UInt8]], after prompt: String, batchSize: Int,
    by decoder: SpeculativeDecoder<NoDrafter, ByteVerifier>
  ) throws -> ScoringResult {
    try #require(
      try decoder.score(
        texts,
        from: GenerationStart(
          session: decoder.verifier.makeSession(), prompt: Array(prompt.utf8), startByte: 0),
        batchSize: batchSize))
  }

  @Test(arguments: InstructionSet.available, [1, 3])
  func `together each is what it is alone, and each beginning is computed once`(
    instructionSet: InstructionSet, threads: Int
  ) throws {
    let decoder = try decoder(instructionSet, threads: threads)
    var random = SeededGenerator(seed: UInt64(threads))
    for (count, batchSize) in [(1, 8), (7, 1), (20, 2), (40, 5), (40, 16)] {
      let texts = Self.texts(count, &random)
      let result = try score(texts, after: "It was", batchSize: batchSize, by: decoder)
      #expect(result.positions == Self.beginnings(of: texts))
      for (text, score) in zip(texts, result.scores) {
        let alone = try byteByByte(text, after: Array("It was".utf8), decoder.verifier)
        #expect(score == ContinuationScore(logProbabilities: alone))
      }
    }
  }

  @Test func `a tree that parts at every byte needs no more sessions than are planned`() throws {
    let decoder = try decoder()
    let texts = (0..<512).map { number in (0..<9).map { UInt8(number >> $0 & 1) } }
    for batchSize in [1, 4] {
      let result = try score(texts, after: "a", batchSize: batchSize, by: decoder)
      let scores = result.scores
      // Four for each window, and one for each time that 512 can be halved.
      #expect(result.sessions <= 4 * batchSize + 11)
      let total = scores.reduce(0) { $0 + ScalarMath.exp($1.logProbability) }
      // All texts of nine bytes out of two: their probability is that no other byte is drawn.
      #expect(total > 0 && total < 1)
      for index in [0, 77, 511] {
        #expect(
          try scores[index].logProbabilities
            == byteByByte(texts[index], after: Array("a".utf8), decoder.verifier))
      }
    }
  }

  @Test func `the probabilities of all single bytes add up to one`() throws {
    let scores = try decoder().score((0...255).map { [UInt8($0)] }, after: [UInt8]())
    let total = scores.reduce(0) { $0 + ScalarMath.exp($1.logProbability) }
    #expect(abs(total - 1) < 1e-12)
  }

  @Test func `a state scores as its prompt does, and belongs to its verifier`() throws {
    let decoder = try decoder()
    let state = try decoder.read("Once upon a time")
    let texts = ["", " the", " there", " th\u{e9}"]
    let scores = try decoder.score(texts, after: state)
    #expect(scores == (try decoder.score(texts, after: "Once upon a time")))
    #expect(scores[0].logProbability == 0 && scores[0].bitsPerByte == nil)
    #expect(scores.map(\.logProbabilities.count) == texts.map(\.utf8.count))
    var other = TinyModel()
    other.seed = 9
    let folder = try other.write()
    let stranger = SpeculativeDecoder(verifier: try ByteVerifier(contentsOf: folder.url))
    #expect(throws: DecodingError.self) { try stranger.score(texts, after: state) }
  }

  @Test func `a stopped scoring has no result, and a batch has a size`() throws {
    let decoder = try decoder()
    func score(batchSize: Int, isStopped: Bool) throws -> ScoringResult? {
      try decoder.score(
        [[1, 2, 3]],
        from: GenerationStart(
          session: decoder.verifier.makeSession(), prompt: [], startByte: 10),
        batchSize: batchSize, isStopped: { _, _ in isStopped })
    }
    #expect(try score(batchSize: 2, isStopped: true) == nil)
    #expect(try score(batchSize: 2, isStopped: false)?.passes == 1)
    for size in [0, -1, 1025] {
      #expect(throws: DecodingError.self) { try score(batchSize: size, isStopped: false) }
    }
  }

  @Test func `what does not fit in memory is refused before it begins`() throws {
    let memory = try #require(try decoder().verifier.makeSession().sharingMemory)
    #expect(memory.session > 0 && memory.prompt > 0 && memory.position > 0)
    let limit = MemoryLimit(byteCount: 10 * memory.session, cause: .machine)
    try memory.require(sessions: 10, prompts: 0, positions: 0, limit: limit)
    for (sessions, positions) in [(11, 0), (10, 1), (.max, .max)] {
      #expect(throws: DecodingError.self) {
        try memory.require(sessions: sessions, prompts: 0, positions: positions, limit: limit)
      }
    }
  }
}
