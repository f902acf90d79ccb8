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
      let session = MambaSession(model: model)
      try session.consume(tokens[..<2])
      let first = session.state
      try session.verify(Array(tokens[2..<7]))
      let during = session.state
      session.rollBack(toFirst: depth)
      let second = session.state
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
    let session = MambaSession(model: model)
    let saved = session.makeSnapshot()
    _ = try session.accepted(tokens[..<5])
    session.save(into: saved)
    for end in 6...12 {
      try session.verify([7, 8, 9])
      if end.isMultiple(of: 2) { session.rollBack(toFirst: 2) }
      session.restore(saved)
      #expect(session.state.bits == single.states[5])
      #expect(try session.accepted(tokens[5..<end]) == Array(single.logits[5..<end]))
      #expect(session.state.bits == single.states[end])
    }
  }

  @Test func `a state can be carried to another session`() throws {
    let model = try ModelVariant.bfloat16.load()
    let tokens = ModelVariant.bfloat16.tokens(8)
    let single = try ModelTrace(model, tokens)
    let one = MambaSession(model: model)
    try one.consume(tokens[..<5])
    let two = MambaSession(model: model, windowLimit: 3)
    try two.consume([1, 2, 3])
    two.restore(one.state)
    try one.consume([9])
    #expect(try two.accepted(tokens[5...]) == Array(single.logits[5...]))
    #expect(two.state.bits == single.states[8])
  }

  @Test func `a snapshot is not reached by what the session does next`() throws {
    let model = try ModelVariant.float32.load()
    let session = MambaSession(model: model)
    let empty = session.makeSnapshot()
    session.save(into: empty)
    try session.consume([1, 2])
    session.restore(empty)
    #expect(session.state.bits.isZero)
  }

  @Test(arguments: ModelVariant.allCases)
  func `the size of a state is that of the configuration`(variant: ModelVariant) throws {
    let model = try variant.load()
    let session = MambaSession(model: model)
    let empty = session.state.bits
    #expect(empty.isZero)
    #expect(empty.count * 4 == model.configuration.stateByteCount)
    try session.consume(variant.tokens(300)[...])
    #expect(session.state.bits.count == empty.count)
  }
}
