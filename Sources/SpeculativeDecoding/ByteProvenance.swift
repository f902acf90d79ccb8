/// Where a byte of the output comes from; the order is how little it says for the draft.
public enum ByteProvenance: Sendable, Equatable, Comparable, CaseIterable {
  /// It was drafted, and the verifier let it stand.
  case accepted
  /// The verifier wrote it where no byte was drafted.
  case verifier
  /// The verifier wrote it in place of a drafted byte.
  case corrected
}
