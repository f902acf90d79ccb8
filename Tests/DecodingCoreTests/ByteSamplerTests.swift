import DecodingCore
import Testing

private func logits(_ values: [UInt8: Float], others: Float = 0) -> [Float] {
  (0..<256).map { values[UInt8($0)] ?? others }
}

@Suite struct ByteSamplerTests {
  @Test(
    arguments: [
      (logits([7: 2, 200: 2, 255: 2]), 7), (logits([:]), 0), (logits([0: -1, 255: 1]), 255),
      (logits([3: -0.0, 5: 0], others: -1), 3), (logits([0: -2], others: -3), 0),
      (logits([9: 3e38, 8: -3e38]), 9),
    ] as [([Float], UInt8)])
  func `the greedy byte is that of the largest logit, the lowest on a tie`(
    logits: [Float], byte: UInt8
  ) {
    var sampler = ByteSampler(options: SamplingOptions(seed: 5))
    #expect(sampler.isGreedy)
    for position: UInt64 in [0, 1, .max] {
      #expect(sampler.byte(from: logits, at: position) == byte)
    }
    #expect(sampler.gumbel(at: 0, byte: 3) == 0)
  }

  @Test func `a sampled byte has the largest sum of logit over temperature and noise`() {
    let values = (0..<256).map { Float($0 % 37) / 9 - 2 }
    for temperature in [0.3, 1, 2.5] {
      var sampler = ByteSampler(options: SamplingOptions(temperature: temperature, seed: 6))
      var noise = GumbelNoise(seed: 6)
      #expect(!sampler.isGreedy)
      for position: UInt64 in 0..<20 {
        let scores = (0..<256).map {
          Double(values[$0]) / temperature + noise.gumbel(at: position, byte: UInt8($0))
        }
        let best = scores.indices.filter { scores[$0] == scores.max() }.first
        #expect(Int(sampler.byte(from: values, at: position)) == best)
        #expect(
          sampler.gumbel(at: position, byte: 200) == noise.gumbel(at: position, byte: 200))
      }
    }
  }

  /// Pearson's test on 8 bytes: 7 degrees of freedom, whose 99.9th percentile is 24.32. The seeds
  /// are fixed, so the result is, too.
  @Test(arguments: [(1.0, 1), (0.7, 2), (2.0, 3)] as [(Double, UInt64)])
  func `bytes are drawn as often as softmax says`(temperature: Double, seed: UInt64) {
    let bytes: [UInt8] = [0, 10, 32, 65, 97, 128, 254, 255]
    let values: [Float] = [0, 0.5, 1, -0.5, 0.25, 1.5, 0.75, -0.25]
    let all = logits(Dictionary(uniqueKeysWithValues: zip(bytes, values)), others: -1000)
    let draws = 1000
    var sampler = ByteSampler(options: SamplingOptions(temperature: temperature, seed: seed))
    var counts = Array(repeating: 0, count: 256)
    for position in 0..<UInt64(draws) { counts[Int(sampler.byte(from: all, at: position))] += 1 }
    let weights = softmaxWeights(values, temperature)
    let statistic = zip(bytes, weights).reduce(0.0) { sum, entry in
      let expected = Double(draws) * entry.1
      let difference = Double(counts[Int(entry.0)]) - expected
      return sum + difference * difference / expected
    }
    #expect(bytes.reduce(0) { $0 + counts[Int($1)] } == draws)
    #expect(statistic < 24.32)
  }

  @Test func `a draw depends on seed and position, not on what was drawn before`() {
    let values = logits([:])
    let options = SamplingOptions(temperature: 1, seed: 8)
    var sampler = ByteSampler(options: options)
    let ascending = (0..<100).map { sampler.byte(from: values, at: $0) }
    let descending = (0..<100).reversed().map { sampler.byte(from: values, at: $0) }
    #expect(descending.reversed() == ascending)
    var fresh = ByteSampler(options: options)
    #expect(fresh.byte(from: values, at: 70) == ascending[70])
    #expect(Set(ascending).count > 50)
  }

  @Test func `another seed draws other bytes`() {
    let values = logits([:])
    let outputs = [0, 1, 1 << 32, 1 << 63].map { (seed: UInt64) in
      var sampler = ByteSampler(options: SamplingOptions(temperature: 1, seed: seed))
      return (0..<12).map { sampler.byte(from: values, at: $0) }
    }
    #expect(Set(outputs).count == 4)
  }

  @Test func `the drafter's numbers are those of its own stream`() {
    let sampler = ByteSampler(options: SamplingOptions(temperature: 1, seed: 2))
    for index: UInt8 in [0, 1, 255] {
      let uniform = Philox.uniform(seed: 2, position: 9, index: index, stream: .draft)
      let pair = sampler.draftUniforms(at: 9, step: Int(index / 2))
      #expect((index % 2 == 0 ? pair.0 : pair.1) == uniform)
    }
  }
}

/// softmax(values / temperature); e as a number, to need no library.
private func softmaxWeights(_ values: [Float], _ temperature: Double) -> [Double] {
  let terms = values.map { exponential(Double($0) / temperature) }
  let total = terms.reduce(0, +)
  return terms.map { $0 / total }
}

private func exponential(_ x: Double) -> Double {
  (1...40).reversed().reduce(1) { 1 + $0 * x / Double($1) }
}
