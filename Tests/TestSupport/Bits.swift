/// Floats compared bit by bit: so -0 differs from 0, and a NaN equals itself.
///
/// Prints as a few words; a failed comparison of many floats is short and quick.
package struct Bits: Hashable, Sendable {
  private let patterns: [UInt32]

  /// The bits of some floats.
  package init(_ values: [Float]) {
    patterns = values.map(\.bitPattern)
  }

  /// Bits themselves.
  package init(_ patterns: [UInt32]) {
    self.patterns = patterns
  }

  /// How many floats there are.
  package var count: Int { patterns.count }

  /// The floats at some places.
  package subscript(places: some Sequence<Int>) -> Bits {
    Bits(places.map { patterns[$0] })
  }

  /// Whether all bits are zero.
  package var isZero: Bool { patterns.allSatisfy { $0 == 0 } }
}

extension Bits: CustomStringConvertible, CustomReflectable {
  /// The first floats, and how many there are.
  package var description: String {
    let first = patterns.prefix(3).map { "\(Float(bitPattern: $0))" }.joined(separator: ", ")
    return "\(patterns.count) floats (\(first), ...)"
  }

  /// Nothing to look into.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
