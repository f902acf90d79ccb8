import Kernels
import Mamba
import TestSupport
import Testing

/// What was rolled back leaves no trace: logits and state are, to the bit, those of a session
/// that never saw it.
@Suite struct RollbackTests {
  @Test(arguments: ModelVariant.allCases)
  func `every depth of every window leaves no trace`(variant: ModelVariant) throws {
    let model = try variant.load(threads: 2)
    let (past, other) = (variant.tokens(5), variant.tokens(3, seed: 9))
    let longest = variant.tokens(12, seed: 10)
    let never = try (0...longest.count).map {
      try ModelTrace(model, past + longest[..<$0] + other)
    }
    for length in 1...longest.count {
      for depth in 0...length {
        let session = MambaSession(model: model)
        _ = try session.accepted(past)
        try session.verify(Array(longest[..<length]))
        session.rollBack(toFirst: depth)
        #expect(session.state.bits == never[depth].states[past.count + depth])
        #expect(try session.accepted(other) == Array(never[depth].logits.suffix(other.count)))
        #expect(session.state.bits == never[depth].states.last)
      }
    }
  }

  @Test(arguments: ModelVariant.allCases, [0, 1, 2, 5, 300])
  func `a rollback right after a prefill leaves no trace`(
    variant: ModelVariant, prefill: Int
  ) throws {
    let model = try variant.load(threads: 2)
    let (past, window) = (variant.tokens(prefill), variant.tokens(9, seed: 10))
    for depth in [0, 1, 4, 8, 9] {
      let session = MambaSession(model: model)
      try session.consume(past[...])
      try session.verify(window)
      session.rollBack(toFirst: depth)
      let never = MambaSession(model: model, windowLimit: 1)
      try never.consume((past + window[..<depth])[...])
      #expect(session.state.bits == never.state.bits)
      #expect(try session.consumed([5, 6]) == never.consumed([5, 6]))
      #expect(session.state.bits == never.state.bits)
    }
  }

  @Test(arguments: ModelVariant.allCases, 0..<4)
  func `any sequence of windows and rollbacks leaves no trace`(
    variant: ModelVariant, seed: UInt64
  ) throws {
    let model = try variant.load(threads: 1 + Int(seed % 3))
    var generator = SeededGenerator(seed: seed)
    let session = MambaSession(model: model, windowLimit: 7)
    var standing: [Int] = []
    for _ in 0..<25 {
      let count = Int.random(in: 1...7, using: &generator)
      let window = variant.tokens(count, seed: generator.next())
      if Int.random(in: 0..<4, using: &generator) == 0 {
        try session.consume(window[...])
        standing += window
        continue
      }
      try session.verify(window)
      let depth = Int.random(in: 0...count, using: &generator)
      session.rollBack(toFirst: depth)
      standing += window[..<depth]
    }
    let never = try ModelTrace(model, standing + [1])
    #expect(session.state.bits == never.states[standing.count])
    #expect(try session.accepted([1]) == Array(never.logits.suffix(1)))
  }

  @Test(arguments: ModelVariant.allCases)
  func `a window that is not rolled back stands whole`(variant: ModelVariant) throws {
    let model = try variant.load()
    let tokens = variant.tokens(12)
    let single = try ModelTrace(model, tokens)
    let session = MambaSession(model: model)
    try session.verify(Array(tokens[..<4]))
    #expect(session.state.bits == single.states[0])
    #expect(try session.verified(tokens[4..<9]) == Array(single.logits[4..<9]))
    #expect(session.state.bits == single.states[4])
    #expect(try session.consumed(tokens[9...]) == single.logits[11])
    #expect(session.state.bits == single.states[12])
    try session.verify([1, 2])
    try session.consume([])
    #expect(session.state.bits == (try ModelTrace(model, tokens + [1, 2])).states[14])
  }

  @Test func `a window can be as long as the limit`() throws {
    let variant = ModelVariant.float32
    let model = try variant.load()
    let tokens = variant.tokens(33)
    let single = try ModelTrace(model, tokens)
    for depth in [0, 1, 32, 33] {
      let session = MambaSession(model: model, windowLimit: 33)
      #expect(try session.verified(tokens) == single.logits)
      session.rollBack(toFirst: depth)
      #expect(session.state.bits == single.states[depth])
    }
  }
}
