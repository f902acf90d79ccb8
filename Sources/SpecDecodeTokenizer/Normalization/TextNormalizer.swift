/// What a tokenizer does to text before anything else.
package enum TextNormalizer: Sendable {
  case none
  /// Unicode's normalization form C.
  case nfc

  /// The normalized bytes of a range of the text, nil when they are the bytes that are there.
  ///
  /// Stretches of well-formed UTF-8 are normalized each by itself; what is between them stays.
  /// O(n) but for marks in a row, O(m log m) in the length of the row when they are in disorder.
  package func normalized(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    // All scalars below U+0300, whose first byte is 0xCC, are in the form already.
    guard case .nfc = self, text[range].contains(where: { $0 >= 0xCC }) else { return nil }
    var result: [UInt8] = []
    var done = range.lowerBound
    for run in WellFormedUTF8.runs(of: text, in: range) where run.isWellFormed {
      for stretch in ChangedStretches(of: text, in: run.range) {
        let normalized = CanonicalComposition.normalized(text[stretch])
        guard normalized[...] != text[stretch] else { continue }
        result += text[done..<stretch.lowerBound]
        result += normalized
        done = stretch.upperBound
      }
    }
    guard done > range.lowerBound else { return nil }
    result += text[done..<range.upperBound]
    return result
  }
}
