import Kernels
import Mamba
import TestSupport
import Testing

/// The logits and the state after a token are the same bits however the tokens were divided.
@Suite struct WindowEquivalenceTests {
  @Test(arguments: ModelVariant.allCases)
  func `windows of every length give the bits of single steps`(variant: ModelVariant) throws {
    let model = try variant.load()
    let tokens = variant.tokens(40)
    let single = try ModelTrace(model, tokens)
    for length in 2...33 {
      let session = MambaSession(model: model)
      for start in stride(from: 0, to: tokens.count, by: length) {
        let end = min(start + length, tokens.count)
        #expect(try session.accepted(tokens[start..<end]) == Array(single.logits[start..<end]))
        #expect(session.state.bits == single.states[end])
      }
    }
  }

  @Test(arguments: ModelVariant.allCases, [1, 2, 3, 5, 33, 40])
  func `consuming gives the bits of single steps`(variant: ModelVariant, length: Int) throws {
    let model = try variant.load()
    let tokens = variant.tokens(40)
    let single = try ModelTrace(model, tokens)
    let session = MambaSession(model: model)
    for start in stride(from: 0, to: tokens.count, by: length) {
      let end = min(start + length, tokens.count)
      #expect(try session.consumed(tokens[start..<end]) == single.logits[end - 1])
      #expect(session.state.bits == single.states[end])
    }
  }

  @Test(arguments: ModelVariant.allCases, [1, 7, 256, 300])
  func `a prefill in chunks gives the bits of single steps`(
    variant: ModelVariant, chunk: Int
  ) throws {
    let model = try variant.load()
    let tokens = variant.tokens(513, seed: 8)
    let steps = MambaSession(model: model, windowLimit: 1)
    for token in tokens { try steps.consume([token]) }
    let next = try steps.verified([3])
    let session = MambaSession(model: model)
    for start in stride(from: 0, to: tokens.count, by: chunk) {
      try session.consume(tokens[start..<min(start + chunk, tokens.count)])
    }
    #expect(session.state.bits == steps.state.bits)
    #expect(try session.verified([3]) == next)
  }

  @Test(arguments: ModelVariant.allCases, InstructionSet.available)
  func `every instruction set and team size gives the same bits`(
    variant: ModelVariant, set: InstructionSet
  ) throws {
    let tokens = variant.tokens(20)
    let scalar = try ModelTrace(variant.load(on: .scalar), tokens)
    // Larger teams than there are cores are slow.
    for threads in [1, 2, 3] + (set == .best ? [5] : []) {
      let model = try variant.load(on: set, threads: threads)
      #expect(try ModelTrace(model, tokens) == scalar)
      let session = MambaSession(model: model)
      try session.consume(tokens[..<7])
      #expect(try session.accepted(tokens[7...]) == Array(scalar.logits[7...]))
      #expect(session.state.bits == scalar.states[tokens.count])
    }
  }

  @Test(arguments: [1, 8, 16, 20], [1, 2, 3, 4, 5])
  func `every state size and convolution width gives the same bits in windows`(
    stateSize: Int, width: Int
  ) throws {
    var tiny = TinyModel()
    (tiny.stateSize, tiny.convolutionWidth) = (stateSize, width)
    (tiny.vocabularySize, tiny.hiddenSize, tiny.innerSize) = (16, 9, 18)
    let tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    let model = try tiny.load()
    let single = try ModelTrace(model, tokens)
    #expect(try ModelTrace(tiny.load(on: .scalar, threads: 2), tokens) == single)
    for length in 2...tokens.count {
      let session = MambaSession(model: model)
      let rest = try session.accepted(tokens[..<length]) + session.accepted(tokens[1..<2])
      #expect(rest.dropLast() == single.logits[..<length])
      let chunks = MambaSession(model: model)
      try chunks.consume(tokens[..<length])
      try chunks.consume(tokens[1..<2])
      #expect(chunks.state.bits == session.state.bits)
    }
  }

  @Test(arguments: ModelVariant.allCases)
  func `logits of a whole text are those of its windows`(variant: ModelVariant) throws {
    let model = try variant.load()
    let tokens = variant.tokens(70)
    let single = try ModelTrace(model, tokens)
    let all = try model.logits(of: tokens)
    let size = model.configuration.vocabularySize
    #expect(all.count == tokens.count * size)
    for (index, row) in single.logits.enumerated() {
      #expect(Bits(Array(all[index * size..<(index + 1) * size])) == row)
    }
    #expect(try model.logits(of: []).isEmpty)
  }

  @Test(arguments: ModelVariant.allCases)
  func `a part of the last logits is that part of them all`(variant: ModelVariant) throws {
    let model = try variant.load(threads: 2)
    let size = model.configuration.vocabularySize
    let tokens = variant.tokens(5)
    let all = try #require(ModelTrace(model, tokens).logits.last)
    for range in [0..<1, 0..<size, 15..<17, 16..<32, size - 1..<size, 33..<size, 7..<7] {
      let session = MambaSession(model: model)
      try session.consume(tokens[...], logits: range)
      var part = [Float](repeating: .nan, count: range.count)
      session.copyLogits(after: 0, from: range.lowerBound, into: &part)
      #expect(Bits(part) == all[range])
    }
  }

  @Test func `consuming nothing changes nothing`() throws {
    let model = try ModelVariant.float32.load()
    let session = MambaSession(model: model)
    try session.consume([1, 2, 3])
    let state = session.state.bits
    try session.consume([], logits: 0..<256)
    #expect(session.state.bits == state)
  }
}
