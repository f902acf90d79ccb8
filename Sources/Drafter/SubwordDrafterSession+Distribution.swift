package import DecodingCore
import Kernels

extension SubwordDrafterSession {
  /// What the drafter thinks of the next byte after what was observed, over all ways to it that
  /// begin with the open bytes: to measure with. Ends the draft in progress.
  ///
  /// - Returns: 256 logits at temperature 1; nil when the drafter has nothing to propose.
  package func byteLogits() throws(DecodingError) -> [Float]? {
    observe([])
    try catchUp()
    guard let masses = try nextByteMasses() else { return nil }
    return masses.map { mass in
      mass >= .leastNormalMagnitude ? Float(ScalarMath.log(mass)) : -1000
    }
  }
}
