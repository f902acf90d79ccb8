import DecodingCore
import Foundation
import Kernels
import Reporting
import TestSupport
import Testing

/// The definition, written down as plainly as possible.
private struct Reference {
  let kept: [Int]
  let probabilities: [Double]
  let scores: [Double]

  init(_ logits: [Float], _ options: SamplingOptions, allowed: Set<Int>) {
    let scaled = logits.map { Double($0) / options.temperature }
    let bytes = (0..<256).filter(allowed.contains)
    let largest = bytes.map { scaled[$0] }.max() ?? 0
    let weights = (0..<256).map { allowed.contains($0) ? ScalarMath.exp(scaled[$0] - largest) : 0 }
    let order = bytes.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
    let total = order.reduce(0) { $0 + weights[$1] }
    let softmax = weights.map { $0 / total }
    var kept = Array(order.prefix(options.topK ?? 256))
    if let topP = options.topP, topP < 1 {
      let sums = kept.indices.map { kept[...$0].reduce(0) { $0 + softmax[$1] } }
      let enough = sums.firstIndex { $0 >= topP } ?? kept.count - 1
      kept = Array(kept[...enough])
    }
    let least = (options.minP ?? 0) * softmax[order[0]]
    kept = kept.filter { softmax[$0] >= least }
    let keptTotal = kept.reduce(0) { $0 + weights[$1] }
    self.kept = kept
    scores = scaled
    probabilities = (0..<256).map { kept.contains($0) ? weights[$0] / keptTotal : 0 }
  }
}

@Suite struct ByteDistributionTests {
  private static let filters: [SamplingOptions] = [
    SamplingOptions(temperature: 1), SamplingOptions(temperature: 0.4, topK: 1),
    SamplingOptions(temperature: 2, topK: 256), SamplingOptions(temperature: 1, topK: 40),
    SamplingOptions(temperature: 0.7, topP: 0.9), SamplingOptions(temperature: 1, topP: 1e-300),
    SamplingOptions(temperature: 3, topP: 1), SamplingOptions(temperature: 1, topP: 1.0.nextDown),
    SamplingOptions(temperature: 1, minP: 1), SamplingOptions(temperature: 1, minP: 0),
    SamplingOptions(temperature: 1.5, minP: 0.05),
    SamplingOptions(temperature: 0.8, topK: 30, topP: 0.95, minP: 0.02),
    SamplingOptions(temperature: 2, topK: 5, topP: 0.999, minP: 0.3),
  ]

  /// Random logits, of which some tie, and some are far apart.
  static func logits(_ seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    let spread: Float = [0, 0.5, 4, 30, 1e30].randomElement(using: &generator) ?? 1
    let isCoarse = Bool.random(using: &generator)
    return (0..<256).map { _ in
      let value = spread * Float.random(in: -1...1, using: &generator)
      return isCoarse && spread < 100 ? value.rounded() : value
    }
  }

  static func mask(_ seed: UInt64) -> ByteSet {
    var generator = SeededGenerator(seed: seed ^ 0xABCD)
    guard seed % 3 > 0 else { return .all }
    var set = ByteSet.none
    set.insert(UInt8.random(in: 0...255, using: &generator))
    let share = [0.0, 0.1, 0.9].randomElement(using: &generator) ?? 0.0
    for byte in UInt8.min ... .max where Double.random(in: 0..<1, using: &generator) < share {
      set.insert(byte)
    }
    return set
  }

  @Test(arguments: filters)
  func `kept bytes, probabilities and draws are those of the definition`(
    options: SamplingOptions
  ) throws {
    try options.validate()
    for seed: UInt64 in 0..<20 {
      let logits = Self.logits(seed)
      let mask = Self.mask(seed)
      let allowed = Set((0..<256).filter { mask.contains(UInt8($0)) })
      let expected = Reference(logits, options, allowed: allowed)
      let distribution = ByteDistribution(logits: logits, options: options, allowed: mask)
      let kept = Set((0..<256).filter { distribution.kept.contains(UInt8($0)) })
      #expect(kept == Set(expected.kept))
      let isEqual = distribution.probabilities == expected.probabilities
      #expect(isEqual)
      var options = options
      options.seed = seed
      var sampler = ByteSampler(options: options)
      sampler.allowed = mask
      for position: UInt64 in 0..<4 {
        let scores = expected.kept.sorted().map {
          ($0, expected.scores[$0] + sampler.gumbel(at: position, byte: UInt8($0)))
        }
        let best = scores.map(\.1).max()
        let byte = scores.first { $0.1 == best }?.0
        #expect(Int(sampler.byte(from: logits, at: position)) == byte)
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `filters that leave nothing out give the bytes of no filter`(seed: UInt64) {
    let logits = Self.logits(seed)
    for wide in [
      SamplingOptions(temperature: 0.9, seed: seed, topK: 256, topP: 1, minP: 0),
      // Below any ratio of two probabilities of these logits that is not 0.
      SamplingOptions(temperature: 0.9, seed: seed, minP: .leastNonzeroMagnitude),
    ] {
      var plain = ByteSampler(options: SamplingOptions(temperature: 0.9, seed: seed))
      var filtered = ByteSampler(options: wide)
      for position: UInt64 in 0..<50 {
        #expect(
          plain.byte(from: logits, at: position) == filtered.byte(from: logits, at: position))
      }
    }
  }

  @Test func `at temperature 0 the byte of the largest allowed logit has all the mass`() {
    var logits = [Float](repeating: -3, count: 256)
    (logits[7], logits[200], logits[210]) = (2, 1, 1)
    var mask = ByteSet.all
    mask.remove(7)
    for (allowed, byte) in [(ByteSet.all, UInt8(7)), (mask, 200)] {
      var sampler = ByteSampler(options: SamplingOptions(topK: 3, topP: 0.5, minP: 0.1))
      sampler.allowed = allowed
      #expect(sampler.byte(from: logits, at: 3) == byte)
      let distribution = sampler.distribution(from: logits)
      #expect(distribution.kept == ByteSet(byte...byte))
      #expect(distribution.probabilities.reduce(0, +) == 1)
      #expect(distribution.logProbability(of: byte) == 0)
      #expect(distribution.logProbability(of: byte + 1) == -.infinity)
    }
  }

  @Test func `equal logits are kept in the order of the bytes`() {
    let logits = [Float](repeating: 1.5, count: 256)
    func kept(_ options: SamplingOptions) -> ByteSet {
      ByteDistribution(logits: logits, options: options).kept
    }
    #expect(kept(SamplingOptions(temperature: 1, topK: 3)) == ByteSet(0...2))
    #expect(kept(SamplingOptions(temperature: 1, topP: 4.0 / 256)) == ByteSet(0...3))
    #expect(kept(SamplingOptions(temperature: 1, topP: 4.5 / 256)) == ByteSet(0...4))
    #expect(kept(SamplingOptions(temperature: 1, minP: 1)) == .all)
  }

  @Test(arguments: filters)
  func `log probabilities are the logarithms of the probabilities`(options: SamplingOptions) {
    for seed: UInt64 in 0..<20 {
      let logits = Self.logits(seed)
      let distribution = ByteDistribution(logits: logits, options: options)
      let isClose = (UInt8.min ... .max).allSatisfy { byte in
        let probability = distribution.probabilities[Int(byte)]
        let value = distribution.logProbability(of: byte)
        guard probability > 1e-300 else { return value < -690 }
        return abs(value - Foundation.log(probability)) <= 1e-12 * max(1, abs(value))
      }
      #expect(isClose)
    }
  }

  @Test func `a distribution that is filled again is as a new one`() {
    var used = ByteDistribution(
      logits: Self.logits(3), options: SamplingOptions(temperature: 1, topP: 0.9))
    for options in Self.filters + [SamplingOptions()] {
      used.update(logits: Self.logits(9), options: options, allowed: ByteSet(3...90))
      let fresh = ByteDistribution(
        logits: Self.logits(9), options: options, allowed: ByteSet(3...90))
      #expect(used == fresh)
    }
  }

  @Test(arguments: filters)
  func `bytes are drawn as often as the distribution says`(options: SamplingOptions) {
    let logits = (0..<256).map { Float($0 % 13) / 4 - Float($0 / 32) }
    var options = options
    options.seed = 12
    var sampler = ByteSampler(options: options)
    sampler.allowed = ByteSet(20...200)
    var counts = [Int](repeating: 0, count: 256)
    for position: UInt64 in 0..<400 {
      counts[Int(sampler.byte(from: logits, at: position))] += 1
    }
    let distribution = sampler.distribution(from: logits)
    let isKept = counts.indices.allSatisfy {
      counts[$0] == 0 || distribution.kept.contains(UInt8($0))
    }
    #expect(isKept)
    guard distribution.kept.count > 1 else { return }
    #expect(ChiSquare(counts: counts, probabilities: distribution.probabilities).holds)
  }

  @Test func `the raw log probability is that of softmax at temperature 1`() {
    let logits = (0..<256).map { Float($0 % 19) / 3 }
    let total = logits.reduce(0) { $0 + Foundation.exp(Double($1)) }
    for byte: UInt8 in [0, 18, 255] {
      let expected = Double(logits[Int(byte)]) - Foundation.log(total)
      #expect(abs(LogSoftmax.value(of: byte, in: logits) - expected) < 1e-13)
    }
  }
}
