import DecodingCore
import Foundation
import Kernels
import Mamba
import MambaDevices
import Synchronization
import TestSupport
import Testing
import Verifier

/// What decoding rests on: windows of any length, any rollback, the same bits.
@Suite struct ByteVerifierSessionTests {
  private static func verifier(
    threads: Int = 1, _ change: (inout TinyModel) -> Void = { _ in }
  ) throws -> ByteVerifier {
    var model = TinyModel()
    change(&model)
    let directory = try model.write()
    return try ByteVerifier(
      contentsOf: directory.url, on: .team(WorkerTeam(size: threads, instructionSet: .best)))
  }

  private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test(arguments: 1...3)
  func `every depth of every window leaves no trace`(threads: Int) throws {
    let verifier = try Self.verifier(threads: threads)
    let (past, window) = (Self.bytes(4, seed: 1), Self.bytes(8, seed: 2))
    let other = Self.bytes(2, seed: 3)
    for depth in 0...window.count {
      var never = verifier.makeSession()
      let stands = try never.stepped(past + window[..<depth])
      let state = never.state.bits
      let next = try never.stepped(other)
      for length in max(depth, 1)...window.count {
        var session = verifier.makeSession()
        try session.consume(past[...])
        let seen = try session.verified(Array(window[..<length]))
        #expect(Array(seen[..<depth]) == Array(stands[past.count...]))
        session.rollBack(toFirst: depth)
        #expect(session.state.bits == state)
        #expect(try session.accepted(other) == next)
        #expect(session.state.bits == never.state.bits)
      }
    }
  }

  @Test(arguments: TinyModel.Storage.allCases, 0..<3)
  func `rounds of any length leave what plain steps leave`(
    storage: TinyModel.Storage, seed: UInt64
  ) throws {
    let verifier = try Self.verifier(threads: 2) { $0.storage = storage }
    var generator = SeededGenerator(seed: seed)
    var session = verifier.makeSession()
    var standing = Self.bytes(40, seed: seed)
    try session.consume(standing[...])
    for _ in 0..<15 {
      let limit = min(session.windowLimit, 12)
      let window = Self.bytes(
        Int.random(in: 1...limit, using: &generator), seed: generator.next())
      try session.verify(window)
      let depth = Int.random(in: 0...window.count, using: &generator)
      session.rollBack(toFirst: depth)
      standing += window[..<depth]
    }
    var plain = verifier.makeSession()
    _ = try plain.stepped(standing)
    #expect(session.state.bits == plain.state.bits)
    #expect(try session.accepted([65]) == plain.accepted([65]))
  }

  @Test func `a window as long as the limit can be rolled back`() throws {
    let verifier = try Self.verifier()
    var session = verifier.makeSession()
    let window = Self.bytes(session.windowLimit, seed: 5)
    var plain = verifier.makeSession()
    let logits = try plain.stepped(window)
    for depth in [0, 1, window.count - 1, window.count] {
      session = verifier.makeSession()
      #expect(try session.verified(window) == logits)
      session.rollBack(toFirst: depth)
      let other = verifier.makeSession()
      try other.consume(window[..<depth])
      #expect(session.state.bits == other.state.bits)
    }
  }

  @Test func `slices are consumed by their contents, whatever their indices`() throws {
    let verifier = try Self.verifier()
    let bytes = Self.bytes(10, seed: 6)
    let one = verifier.makeSession()
    try one.consume(bytes[4...])
    let other = verifier.makeSession()
    try other.consume(Array(bytes[4...])[...])
    try other.consume([])
    #expect(one.state.bits == other.state.bits)
  }

  @Test func `sessions on two threads at once give the bits that they give alone`() throws {
    let verifier = try Self.verifier(threads: 2)
    let texts = [Self.bytes(160, seed: 7), Self.bytes(160, seed: 8)]
    @Sendable func generate(_ text: [UInt8]) throws -> [Bits] {
      var session = verifier.makeSession()
      var bits: [Bits] = []
      for start in stride(from: 0, to: text.count, by: 8) {
        bits += try session.verified(Array(text[start..<start + 8]))
        session.rollBack(toFirst: 5)
      }
      return bits + [session.state.bits]
    }
    let alone = try texts.map(generate)
    let together = Mutex<[[Bits]?]>([nil, nil])
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      let bits = try? generate(texts[index])
      together.withLock { $0[index] = bits }
    }
    #expect(together.withLock { $0 } == alone)
  }

  @Test func `the state is as large after a thousand bytes as after ten`() throws {
    let verifier = try Self.verifier()
    let session = verifier.makeSession()
    let size = verifier.model.configuration.stateByteCount
    for (count, seed) in [(10, 9), (990, 10)] {
      try session.consume(Self.bytes(count, seed: UInt64(seed))[...])
      #expect(session.state.bits.count * 4 == size)
    }
    try session.verify(Self.bytes(session.windowLimit, seed: 11))
    session.rollBack(toFirst: 3)
    #expect(session.state.bits.count * 4 == size)
  }

  @Test func `a logit that is not finite is an error of the verifier once it is asked for`() throws
  {
    let verifier = try Self.verifier {
      $0.tiesEmbeddings = false
      $0.changes = [
        "backbone.norm_f.weight": .all(1e5), "lm_head.weight": .element(77 * 24, 3e38),
      ]
    }
    let session = verifier.makeSession()
    try session.verify([1])
    var logits: [Float] = []
    let error = #expect(throws: DecodingError.self) {
      try session.copyLogits(after: 0, into: &logits)
    }
    #expect(error == .nonFiniteLogit(model: "verifier", index: 77))
  }
}
