/// Cuts text into the pieces that merges never cross.
package protocol PreTokenizer: Sendable {
  /// Appends the pieces of a range of the text, in order and without gaps.
  ///
  /// - Precondition: `text[range]` is well-formed UTF-8; the range is the whole text as far as
  ///   look-ahead goes.
  func split(_ text: [UInt8], _ range: Range<Int>, into pieces: inout [Range<Int>])
}

/// Leaves the text whole: `ByteLevel` with `use_regex` false, which cuts nothing.
struct WholeTextPreTokenizer: PreTokenizer {
  func split(_ text: [UInt8], _ range: Range<Int>, into pieces: inout [Range<Int>]) {
    if !range.isEmpty { pieces.append(range) }
  }
}
