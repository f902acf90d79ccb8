package import Kernels

/// Standard Gumbel noise for every byte at every output position: g = -log(-log u).
///
/// Random bits (a row a position, of 256 bytes) are computed once and kept for as long as a window
/// lasts, so verifier and drafter share them; the noise itself only for bytes that its limit does not
/// rule out. The logarithm is the kernels' own: the C library's depends on the machine.
package struct GumbelNoise: Sendable {
  private static let rowCount: UInt64 = 64

  private let seed: UInt64
  private let instructionSet: InstructionSet
  /// u is a half more than these 52, over 2^52.
  private var bits: [UInt64]
  private var positions: [UInt64?]

  /// The noise of a seed.
  ///
  /// - Parameter instructionSet: what computes it; it changes no bit.
  package init(seed: UInt64, instructionSet: InstructionSet = .preferred) {
    self.seed = seed
    self.instructionSet = instructionSet
    bits = []
    positions = Array(repeating: nil, count: Int(Self.rowCount))
  }

  /// Where the bits of a position lie; computed if they are not at hand.
  package mutating func row(at position: UInt64) -> Int {
    let row = Int(position % Self.rowCount)
    if positions[row] != position { fill(row, at: position) }
    return row
  }

  /// The noise of a byte in a row that `row(at:)` gave; while floating-point arithmetic has its
  /// default mode.
  package subscript(row: Int, byte: Int) -> Double {
    let uniform = (Double(bits[row * 256 + byte]) + 0.5) * 0x1p-52
    return -ScalarMath.log(-ScalarMath.log(uniform))
  }

  /// No less than that, without a logarithm: -log(-log u) <= -log(1 - u), and the zeros at the head of
  /// 1 - u say how small that is.
  package func limit(row: Int, byte: Int) -> Double {
    let zeros = (~(bits[row * 256 + byte] << 12)).leadingZeroBitCount
    return 0.6931472 * Double(zeros + 1)
  }

  /// The noise of one byte at a position.
  package mutating func gumbel(at position: UInt64, byte: UInt8) -> Double {
    let row = row(at: position)
    var value = 0.0
    FloatingPointMode.withDefault { value = self[row, Int(byte)] }
    return value
  }

  private mutating func fill(_ row: Int, at position: UInt64) {
    if bits.isEmpty { bits = Array(repeating: 0, count: Int(Self.rowCount) * 256) }
    instructionSet.noise(seed: seed, position: position, into: &bits, from: row * 256)
    positions[row] = position
  }
}
