/// Finds the matches of a pattern.
protocol PatternMatcher: Sendable {
  /// The matches in a range of the text, in order, none overlapping another.
  ///
  /// - Precondition: `text[range]` is well-formed UTF-8; the range is the whole text as far as
  ///   look-around goes.
  func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>]
}
