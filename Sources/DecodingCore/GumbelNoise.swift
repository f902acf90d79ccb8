package import Kernels

/// Standard Gumbel noise for every byte at every output position: g = -log(-log u).
///
/// Rows (one a position, 256 values) are computed once and kept for as long as a window lasts,
/// so verifier and drafter share them. The logarithm is the kernels' own: the C library's
/// depends on the machine.
package struct GumbelNoise: Sendable {
  private static let rowCount: UInt64 = 64

  private let seed: UInt64
  private let instructionSet: InstructionSet
  private var values: [Double]
  private var positions: [UInt64?]

  /// The noise of a seed.
  ///
  /// - Parameter instructionSet: what computes it; it changes no bit.
  package init(seed: UInt64, instructionSet: InstructionSet = .preferred) {
    self.seed = seed
    self.instructionSet = instructionSet
    values = []
    positions = Array(repeating: nil, count: Int(Self.rowCount))
  }

  /// Where the noise of a position lies; computed if it is not at hand.
  package mutating func row(at position: UInt64) -> Int {
    let row = Int(position % Self.rowCount)
    if positions[row] != position { fill(row, at: position) }
    return row
  }

  /// The noise of a byte in a row that `row(at:)` gave.
  package subscript(row: Int, byte: Int) -> Double { values[row * 256 + byte] }

  /// The noise of one byte at a position.
  package mutating func gumbel(at position: UInt64, byte: UInt8) -> Double {
    let row = row(at: position)
    return self[row, Int(byte)]
  }

  private mutating func fill(_ row: Int, at position: UInt64) {
    if values.isEmpty { values = Array(repeating: 0, count: Int(Self.rowCount) * 256) }
    instructionSet.gumbelNoise(seed: seed, position: position, into: &values, from: row * 256)
    positions[row] = position
  }
}
