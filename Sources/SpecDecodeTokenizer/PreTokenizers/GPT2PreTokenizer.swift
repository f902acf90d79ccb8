/// The pattern of GPT-2, by a hand-written scanner:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Linear in the text: a byte is looked at a bounded number of times.
package struct GPT2PreTokenizer: PatternScanner {
  private let classes = ScalarClasses.shared

  /// Makes the scanner.
  package init() {}

  package func matchEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    let byte = text[start]
    if byte == UInt8(ascii: "'") {
      let length = Contraction.length(in: text, from: start, limit: limit)
      if length > 0 { return start + length }
    }
    if byte == UInt8(ascii: " "), start + 1 < limit {
      let next = classes.scalar(in: text, at: start + 1)
      if next.class != .whitespace {
        return classes.runEnd(
          of: next.class, in: text, from: start + 1 + next.length, limit: limit)
      }
    }
    let first = classes.scalar(in: text, at: start)
    if first.class == .whitespace {
      return classes.whitespaceEnd(in: text, from: start, limit: limit)
    }
    return classes.runEnd(of: first.class, in: text, from: start + first.length, limit: limit)
  }
}
