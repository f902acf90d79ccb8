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

/// A pattern whose matches cover any text without gaps, by a hand-written scanner.
package protocol PatternScanner: PreTokenizer {
  /// The end of the match that begins at a position before the limit.
  func matchEnd(in text: [UInt8], from start: Int, limit: Int) -> Int
}

extension PatternScanner {
  /// Appends the matches.
  package func split(_ text: [UInt8], _ range: Range<Int>, into pieces: inout [Range<Int>]) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = matchEnd(in: text, from: start, limit: range.upperBound)
      pieces.append(start..<end)
      start = end
    }
  }
}

/// Finds the matches of a pattern.
protocol PatternMatcher: Sendable {
  /// The matches in a range of the text, in order, none overlapping another.
  ///
  /// - Precondition: `text[range]` is well-formed UTF-8; the range is the whole text as far as
  ///   look-around goes.
  func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>]
}

/// The regular expressions of public `tokenizer.json` files that have a scanner of their own.
///
/// Every one of them matches any text without gaps.
enum KnownPattern {
  private static let scanners: [String: any PreTokenizer] = [
    // GPT-2; ByteLevel has it built in.
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#:
      GPT2PreTokenizer(),
    // Llama 3, and GPT-4 (cl100k) as converted for Hugging Face.
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
      CL100KPreTokenizer(digitLimit: 3),
    // cl100k as tiktoken has it: other words for the same matches.
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#:
      CL100KPreTokenizer(digitLimit: 3),
    // Qwen, Qwen 2, Qwen 3.
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
      CL100KPreTokenizer(digitLimit: 1),
  ]

  /// The scanner for an expression, nil for one that is not in the table.
  static func scanner(for expression: String) -> (any PreTokenizer)? {
    scanners[expression]
  }
}
