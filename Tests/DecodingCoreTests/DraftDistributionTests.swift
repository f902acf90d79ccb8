import DecodingCore
import Reporting
import TestSupport
import Testing

@Suite struct DraftDistributionTests {
  private static let weights: [Double] = {
    var weights = [Double](repeating: 0, count: 256)
    (weights[7], weights[40], weights[255]) = (2, 5, 3)
    return weights
  }()

  @Test func `a drawn byte keeps what it was drawn from`() throws {
    var draft = Draft(position: 4)
    #expect(try draft.draw(from: Self.weights, uniform: 0.1) == 7)
    #expect(try draft.draw(from: Self.weights, uniform: 0.2001) == 40)
    #expect(try draft.draw(from: Self.weights, uniform: 0.9999) == 255)
    #expect(draft.bytes == [7, 40, 255])
    #expect(draft.probabilities == [0.2, 0.5, 0.3])
    #expect(draft.expectedProbabilities == [0.38, 0.38, 0.38])
    for index in 0..<3 {
      let row = draft.distribution(at: index).map(Array.init)
      #expect(row == Self.weights.map { $0 / 10 })
    }
  }

  @Test func `a byte that was not drawn has none, before or after one that was`() throws {
    var draft = Draft()
    draft.append(7, probability: 0.25)
    #expect(draft.expectedProbabilities == [0.25])
    try draft.draw(from: Self.weights, uniform: 0.5)
    draft.append(40, probability: 0.75)
    #expect((0..<3).map { draft.distribution(at: $0) == nil } == [true, false, true])
    #expect(draft.expectedProbabilities == [0.25, 0.38, 0.75])
  }

  @Test(arguments: 0...4)
  func `a cut keeps the first bytes' distributions`(count: Int) throws {
    var draft = Draft()
    try draft.draw(from: Self.weights, uniform: 0.5)
    draft.append(1, probability: 0.5)
    try draft.draw(from: Self.weights, uniform: 0.1)
    draft.truncate(to: count)
    let known = (0..<count).map { draft.distribution(at: $0) != nil }
    #expect(known == Array([true, false, true, false].prefix(count)))
    draft.restart(at: 9)
    #expect(draft == Draft(position: 9))
  }

  @Test func `weights without any mass draw nothing`() throws {
    var draft = Draft()
    #expect(try draft.draw(from: [Double](repeating: 0, count: 256), uniform: 0.5) == nil)
    #expect(draft == Draft())
  }

  @Test func `a byte is drawn as often as its weight says, and one of none never`() {
    var generator = SeededGenerator(seed: 11)
    let weights = (0..<256).map { $0 % 32 == 5 ? Double($0 + 30) : 0 }
    var counts = [Int](repeating: 0, count: 256)
    for _ in 0..<3_000 {
      let uniform = Double.random(in: 1e-9..<1, using: &generator)
      counts[Int(CategoricalDraw.byte(from: weights, uniform: uniform) ?? 0)] += 1
    }
    let sum = weights.reduce(0, +)
    #expect(ChiSquare(counts: counts, probabilities: weights.map { $0 / sum }).holds)
  }

  @Test(arguments: [0x1p-53, 0.5, 1 - 0x1p-53])
  func `the ends of the range are the first and the last byte of weight`(uniform: Double) {
    #expect(CategoricalDraw.byte(from: [0, 0, 1e-300, 0], uniform: uniform) == 2)
    let tiny = CategoricalDraw.byte(from: [0, 1, 1e300, 1, 0], uniform: uniform)
    #expect(tiny == 2 || uniform < 0.4 && tiny == 1)
  }

  @Test func `the drafter's numbers are those of its stream, two a step`() {
    let sampler = ByteSampler(options: SamplingOptions(temperature: 1, seed: 2))
    for step in [0, 1, 200] {
      let numbers = Philox.uniforms(seed: 2, position: 9, pair: UInt32(step), stream: .draft)
      #expect(sampler.draftUniforms(at: 9, step: step) == numbers)
    }
    let other = Philox.uniform(seed: 2, position: 9, index: 0, stream: .accept)
    #expect(sampler.acceptUniform(at: 9) == other)
    #expect(sampler.residualUniform(at: 9) != other)
  }
}
