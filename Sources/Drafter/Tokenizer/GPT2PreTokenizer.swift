/// The pattern of GPT-2, by a hand-written scanner:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Linear in the text: a byte is looked at a bounded number of times.
package struct GPT2PreTokenizer: PreTokenizer {
  private let classes = ScalarClasses()

  /// Makes the scanner's table of scalar classes.
  package init() {}

  /// Appends the matches of the pattern, which cover the range without gaps.
  package func split(_ text: [UInt8], _ range: Range<Int>, into pieces: inout [Range<Int>]) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = matchEnd(in: text, from: start, limit: range.upperBound)
      pieces.append(start..<end)
      start = end
    }
  }

  private func matchEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    let byte = text[start]
    if byte == UInt8(ascii: "'") {
      let length = contractionLength(in: text, from: start, limit: limit)
      if length > 0 { return start + length }
    }
    if byte == UInt8(ascii: " "), start + 1 < limit {
      let next = classes.scalar(in: text, at: start + 1)
      if next.class != .whitespace {
        return runEnd(of: next.class, in: text, from: start + 1 + next.length, limit: limit)
      }
    }
    let first = classes.scalar(in: text, at: start)
    if first.class == .whitespace {
      return whitespaceEnd(in: text, from: start, limit: limit)
    }
    return runEnd(of: first.class, in: text, from: start + first.length, limit: limit)
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d` at an apostrophe: the length of the match, 0 without one.
  private func contractionLength(in text: [UInt8], from start: Int, limit: Int) -> Int {
    guard start + 1 < limit else { return 0 }
    let second = text[start + 1]
    switch second {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    default: break
    }
    guard start + 2 < limit else { return 0 }
    switch (second, text[start + 2]) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return 3
    default: return 0
    }
  }

  private func runEnd(of kind: ScalarClass, in text: [UInt8], from start: Int, limit: Int) -> Int {
    var end = start
    while end < limit {
      let next = classes.scalar(in: text, at: end)
      guard next.class == kind else { break }
      end += next.length
    }
    return end
  }

  /// `\s+(?!\S)|\s+`: all of the white space at the end of the text; before anything else all but
  /// its last scalar, which the next match may want as its leading space.
  private func whitespaceEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    var end = start
    var last = start
    while end < limit {
      let next = classes.scalar(in: text, at: end)
      guard next.class == .whitespace else { return last > start ? last : end }
      last = end
      end += next.length
    }
    return end
  }
}
