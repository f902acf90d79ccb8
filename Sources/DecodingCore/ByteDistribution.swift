import Kernels

/// The distribution that a byte is sampled from: the verifier's, after temperature, mask and
/// filters.
///
/// With l = logit / temperature of the bytes that the mask allows, in f64, the kept bytes are
/// chosen on softmax(l), in order of probability, on a tie by the lower byte: of the first `topK`,
/// the fewest whose probabilities sum to `topP`; of these, those of at least `minP` times the
/// largest probability. Every sum is taken in that order, and nothing is scaled up between the
/// filters. The probabilities given here are those of the kept bytes, scaled to sum to 1. At
/// temperature 0 the byte of the largest logit, the lowest on a tie, has all of it.
///
/// It is the same bits on every machine: `exp` and `log` are the kernels' own.
package struct ByteDistribution: Sendable, Equatable {
  /// For each of the 256 bytes, its probability; 0 for those that are not kept.
  package private(set) var probabilities = [Double](repeating: 0, count: 256)

  /// The bytes that can be drawn; never empty.
  package private(set) var kept = ByteSet.all

  /// For each allowed byte, logit / temperature.
  private var scaled = [Double](repeating: 0, count: 256)
  /// What to subtract from a scaled logit for its log probability: the largest, then the rest.
  private var largest = 0.0
  private var logTotal = 0.0
  /// The allowed bytes in order, with exp(l - largest).
  private var ranking: [Ranked] = []

  private struct Ranked: Equatable {
    let weight: Double
    let byte: UInt8
  }

  /// The distribution of logits.
  ///
  /// - Parameters:
  ///   - logits: 256 finite values.
  ///   - options: valid ones.
  ///   - allowed: the bytes that the mask allows; at least one.
  package init(logits: [Float], options: SamplingOptions, allowed: ByteSet = .all) {
    update(logits: logits, options: options, allowed: allowed)
  }

  /// One that `update` has yet to fill.
  package init() {}

  /// Makes it the distribution of other logits; keeps the storage. Parameters as of `init`.
  package mutating func update(
    logits: [Float], options: SamplingOptions, allowed: ByteSet = .all
  ) {
    precondition(logits.count == 256 && allowed != .none, "256 logits and a byte to choose")
    FloatingPointMode.withDefault {
      for byte in 0..<256 { (probabilities[byte], scaled[byte]) = (0, 0) }
      ranking.removeAll(keepingCapacity: true)
      if options.temperature == 0 {
        setCertain(Self.largestByte(of: logits, in: allowed))
      } else {
        rank(logits, temperature: options.temperature, allowed: allowed)
        keepFirst(keptCount(options))
      }
    }
  }

  /// The log probability of a byte; minus infinity for those that are not kept.
  package func logProbability(of byte: UInt8) -> Double {
    guard kept.contains(byte) else { return -.infinity }
    var value = 0.0
    FloatingPointMode.withDefault { value = (scaled[Int(byte)] - largest) - logTotal }
    return value
  }

  /// The kept byte with the largest sum of logit / temperature and noise, the lowest on a tie.
  func largestByte(addingRow row: Int, of noise: GumbelNoise) -> UInt8 {
    var best: UInt8 = 0
    var bestScore = -Double.infinity
    kept.forEach { byte in
      if scaled[Int(byte)] + noise.limit(row: row, byte: Int(byte)) < bestScore { return }
      let score = scaled[Int(byte)] + noise[row, Int(byte)]
      if score > bestScore {
        best = byte
        bestScore = score
      }
    }
    return best
  }

  /// The allowed byte of the largest logit, the lowest on a tie.
  static func largestByte(of logits: [Float], in allowed: ByteSet) -> UInt8 {
    var best: UInt8 = 0
    if allowed == .all {
      for byte in UInt8.min ... .max where logits[Int(byte)] > logits[Int(best)] { best = byte }
      return best
    }
    var largest = -Float.infinity
    allowed.forEach { byte in
      if logits[Int(byte)] > largest {
        best = byte
        largest = logits[Int(byte)]
      }
    }
    return best
  }

  private mutating func setCertain(_ byte: UInt8) {
    kept = .none
    kept.insert(byte)
    probabilities[Int(byte)] = 1
    (largest, logTotal) = (0, 0)
  }

  private mutating func rank(_ logits: [Float], temperature: Double, allowed: ByteSet) {
    largest = -.infinity
    allowed.forEach { byte in
      scaled[Int(byte)] = Double(logits[Int(byte)]) / temperature
      largest = max(largest, scaled[Int(byte)])
    }
    allowed.forEach { byte in
      ranking.append(
        Ranked(weight: ScalarMath.exp(scaled[Int(byte)] - largest), byte: byte))
    }
    ranking.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.byte < $1.byte }
  }

  /// How many of the first bytes in order the filters keep; at least one.
  private func keptCount(_ options: SamplingOptions) -> Int {
    let total = ranking.reduce(0) { $0 + $1.weight }
    var count = min(options.topK ?? 256, ranking.count)
    if let topP = options.topP, topP < 1 {
      var sum = 0.0
      for index in 0..<count {
        sum += ranking[index].weight / total
        if sum >= topP {
          count = index + 1
          break
        }
      }
    }
    if let minP = options.minP {
      let least = minP * (ranking[0].weight / total)
      while count > 1, ranking[count - 1].weight / total < least { count -= 1 }
    }
    return count
  }

  private mutating func keepFirst(_ count: Int) {
    let total = ranking[..<count].reduce(0) { $0 + $1.weight }
    kept = .none
    for entry in ranking[..<count] {
      kept.insert(entry.byte)
      probabilities[Int(entry.byte)] = entry.weight / total
    }
    logTotal = ScalarMath.log(total)
  }
}
