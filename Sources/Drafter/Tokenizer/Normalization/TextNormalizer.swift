/// What a tokenizer does to text before anything else.
enum TextNormalizer: Sendable {
  case none
  /// Unicode's normalization form C.
  case nfc

  /// The normalized bytes of a range of the text, nil when they are the bytes that are there.
  ///
  /// Stretches of well-formed UTF-8 are normalized each by itself; what is between them stays.
  /// O(n) but for marks in a row, O(m log m) in the length of the row when they are in disorder.
  func normalized(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    // All scalars below U+0300, whose first byte is 0xCC, are in the form already.
    guard case .nfc = self, text[range].contains(where: { $0 >= 0xCC }) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    for run in WellFormedUTF8.runs(of: text, in: range) {
      let bytes = Array(text[run.range])
      result += run.isWellFormed ? CanonicalComposition.normalized(bytes) : bytes
    }
    return result[...] == text[range] ? nil : result
  }
}
