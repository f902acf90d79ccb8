import Kernels
import Mamba
import TestSupport
import Testing

/// A state is a value of fixed size.
@Suite struct MambaStateTests {
  @Test(arguments: ModelVariant.allCases)
  func `a snapshot keeps its bits whatever the session does next`(variant: ModelVariant) throws {
    let model = try variant.load()
    let tokens = variant.tokens(14)
    let single = try ModelTrace(model, tokens)
    for depth in 0...5 {
      var session = MambaSession(model: model)
      try session.consume(tokens[..<2])
      let first = session.snapshot
      try session.verify(Array(tokens[2..<7]))
      let during = session.snapshot
      session.rollBack(toFirst: depth)
      let second = session.snapshot
      try session.consume([1])
      _ = try session.accepted([2, 3, 4])
      try session.verify([5, 6])
      session.rollBack(toFirst: 1)
      #expect(first.bits == single.states[2])
      #expect(during.bits == single.states[2])
      #expect(second.bits == single.states[2 + depth])
    }
  }

  @Test(arguments: ModelVariant.allCases)
  func `a saved state is returned to as often as needed`(variant: ModelVariant) throws {
    let model = try variant.load()
    let tokens = variant.tokens(12)
    let single = try ModelTrace(model, tokens)
    var session = MambaSession(model: model)
    var saved = MambaState(model.configuration)
    _ = try session.accepted(tokens[..<5])
    session.save(into: &saved)
    for end in 6...12 {
      try session.verify([7, 8, 9])
      if end.isMultiple(of: 2) { session.rollBack(toFirst: 2) }
      session.restore(saved)
      #expect(saved.bits == single.states[5])
      #expect(session.snapshot.bits == single.states[5])
      #expect(try session.accepted(tokens[5..<end]) == Array(single.logits[5..<end]))
      #expect(session.snapshot.bits == single.states[end])
    }
  }

  @Test func `a state can be carried to another session`() throws {
    let model = try ModelVariant.bfloat16.load()
    let tokens = ModelVariant.bfloat16.tokens(8)
    let single = try ModelTrace(model, tokens)
    var one = MambaSession(model: model)
    try one.consume(tokens[..<5])
    var two = MambaSession(model: model, windowLimit: 3)
    try two.consume([1, 2, 3])
    two.restore(one.snapshot)
    try one.consume([9])
    #expect(try two.accepted(tokens[5...]) == Array(single.logits[5...]))
    #expect(two.snapshot.bits == single.states[8])
  }

  @Test func `assigning does not reach into copies`() throws {
    let model = try ModelVariant.float32.load()
    var session = MambaSession(model: model)
    var state = MambaState(model.configuration)
    let empty = state
    try session.consume([1, 2])
    state.assign(session.snapshot)
    #expect(empty.bits.isZero)
    #expect(state.bits == session.snapshot.bits)
  }

  @Test(arguments: ModelVariant.allCases)
  func `the size of a state is that of the configuration`(variant: ModelVariant) throws {
    let model = try variant.load()
    var session = MambaSession(model: model)
    let empty = session.snapshot.bits
    #expect(empty.isZero)
    #expect(empty.count * 4 == model.configuration.stateByteCount)
    try session.consume(variant.tokens(300)[...])
    #expect(session.snapshot.bits.count == empty.count)
  }
}
