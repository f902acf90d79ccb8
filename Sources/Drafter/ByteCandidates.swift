import DecodingCore
import Kernels

/// The bytes that a draft may go on with and their mass, and the choice among them.
///
/// A byte is chosen as the verifier will choose it: the largest `log mass / temperature + g`, with
/// the verifier's own noise g for that byte at that position, of the bytes that its filters keep.
package struct ByteCandidates {
  /// Mass of the tokens that go on with a byte. [256]
  private var continuing = [Double](repeating: 0, count: 256)
  /// Mass of the ways in which the token ends and the next begins with a byte. [256]
  private var following = [Double](repeating: 0, count: 256)
  private var total = 0.0
  private var leftOut = 0.0

  package init() {}

  struct Choice {
    let byte: UInt8
    /// Whether it begins the next token rather than going on with this one.
    let isFollowing: Bool
    /// How likely the verifier is to choose the same.
    let chance: Float
  }

  /// Forgets all candidates; `total` is the mass that will be added or left out.
  mutating func begin(total: Double) {
    for byte in 0..<256 { (continuing[byte], following[byte]) = (0, 0) }
    self.total = total
    leftOut = 0
  }

  /// Adds the mass of tokens that go on with a byte.
  mutating func add(_ mass: Double, to byte: UInt8) {
    continuing[Int(byte)] += mass
  }

  /// Adds the mass of a token that ends, divided as the masses of the bytes after it.
  mutating func add(_ mass: Double, spreadAs masses: [Double]) {
    let sum = masses.reduce(0, +)
    guard sum > 0 else { return leaveOut(mass) }
    for byte in 0..<256 { following[byte] += mass * (masses[byte] / sum) }
  }

  /// Notes mass that goes to bytes unknown.
  mutating func leaveOut(_ mass: Double) {
    leftOut += mass
  }

  /// The byte to draft; nil when none has any mass.
  func choose(at position: UInt64, _ sampler: inout ByteSampler) -> Choice? {
    let kept = keptBytes(sampler.options)
    let scale = sampler.isGreedy ? 1 : 1 / sampler.options.temperature
    var best = (byte: 0, score: -Double.infinity)
    // What was left out is a rival, though nobody knows its noise.
    var second = Self.score(leftOut, scale)
    for byte in 0..<256 where mass(of: byte) > 0 && kept?.contains(UInt8(byte)) != false {
      let place = UInt8(truncatingIfNeeded: byte)
      let limit =
        Self.limit(mass(of: byte), scale)
        + sampler.gumbelLimit(at: position, byte: place)
      if limit < min(best.score, second) { continue }
      let score = Self.score(mass(of: byte), scale) + sampler.gumbel(at: position, byte: place)
      if score > best.score {
        second = max(second, best.score)
        best = (byte, score)
      } else {
        second = max(second, score)
      }
    }
    guard best.score > -.infinity else { return nil }
    return Choice(
      byte: UInt8(truncatingIfNeeded: best.byte),
      isFollowing: following[best.byte] > continuing[best.byte],
      chance: Agreement.chance(
        margin: best.score - second, share: total > 0 ? mass(of: best.byte) / total : 0))
  }

  private func mass(of byte: Int) -> Double { continuing[byte] + following[byte] }

  private static func score(_ mass: Double, _ scale: Double) -> Double {
    mass >= .leastNormalMagnitude ? ScalarMath.log(mass) * scale : -.infinity
  }

  /// No less than the score, without a logarithm.
  private static func limit(_ mass: Double, _ scale: Double) -> Double {
    let exponent = Double(mass.exponent + 1)
    return (exponent < 0 ? 0.6931471 : 0.6931472) * exponent * scale
  }

  /// What the verifier's filters would keep of this distribution; nil without filters.
  private func keptBytes(_ options: SamplingOptions) -> ByteSet? {
    guard options.isFiltered, options.temperature > 0 else { return nil }
    let logits = (0..<256).map { byte in
      mass(of: byte) >= .leastNormalMagnitude ? Float(ScalarMath.log(mass(of: byte))) : -1000
    }
    return ByteDistribution(logits: logits, options: options).kept
  }
}
