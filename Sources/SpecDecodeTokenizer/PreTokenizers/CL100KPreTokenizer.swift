/// The pattern of cl100k, Llama 3 and Qwen 2 by a hand-written scanner, with n digits a piece:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}
///       | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// Linear in the text: a byte is looked at a bounded number of times.
package struct CL100KPreTokenizer: PatternScanner {
  private let classes = ScalarClasses.shared
  private let digitLimit: Int

  /// Makes the scanner.
  ///
  /// - Parameter digitLimit: the most numbers in a piece: 3 for cl100k and Llama 3, 1 for Qwen 2.
  package init(digitLimit: Int) {
    self.digitLimit = digitLimit
  }

  package func matchEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    if text[start] == UInt8(ascii: "'") {
      let length = Contraction.lengthOfAnyCase(in: text, from: start, limit: limit)
      if length > 0 { return start + length }
    }
    let first = classes.scalar(in: text, at: start)
    let second = start + first.length
    switch first.class {
    case .letter:
      return classes.runEnd(of: .letter, in: text, from: second, limit: limit)
    case .number:
      return numberEnd(in: text, from: second, limit: limit)
    case .other, .whitespace:
      if second < limit, !Self.isNewline(text[start]) {
        let next = classes.scalar(in: text, at: second)
        if next.class == .letter {
          return classes.runEnd(of: .letter, in: text, from: second + next.length, limit: limit)
        }
        if next.class == .other, text[start] == UInt8(ascii: " ") {
          return symbolEnd(in: text, from: second + next.length, limit: limit)
        }
      }
      return first.class == .other
        ? symbolEnd(in: text, from: second, limit: limit)
        : whitespaceEnd(in: text, from: start, limit: limit)
    }
  }

  private func numberEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    var end = start
    for _ in 1..<digitLimit where end < limit {
      let next = classes.scalar(in: text, at: end)
      guard next.class == .number else { break }
      end += next.length
    }
    return end
  }

  /// The rest of `[^\s\p{L}\p{N}]+[\r\n]*`.
  private func symbolEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    var end = classes.runEnd(of: .other, in: text, from: start, limit: limit)
    while end < limit, Self.isNewline(text[end]) { end += 1 }
    return end
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line end of the white space, if it has one.
  private func whitespaceEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    let runEnd = classes.runEnd(of: .whitespace, in: text, from: start, limit: limit)
    if let newline = text[start..<runEnd].lastIndex(where: Self.isNewline) { return newline + 1 }
    return classes.whitespaceEnd(in: text, from: start, limit: limit)
  }

  private static func isNewline(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }
}

/// `'s|'t|'re|'ve|'m|'ll|'d`, the endings that the patterns cut off English words.
enum Contraction {
  /// The length of the match at an apostrophe, 0 without one.
  static func length(in text: [UInt8], from start: Int, limit: Int) -> Int {
    length(of: text, from: start, limit: limit) { $0 }
  }

  /// The same under `(?i:…)`. Of the letters only s has a third case: ſ (U+017F).
  static func lengthOfAnyCase(in text: [UInt8], from start: Int, limit: Int) -> Int {
    if start + 2 < limit, text[start + 1] == 0xC5, text[start + 2] == 0xBF { return 3 }
    return length(of: text, from: start, limit: limit) { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
  }

  private static func length(
    of text: [UInt8], from start: Int, limit: Int, folded: (UInt8) -> UInt8
  ) -> Int {
    guard start + 1 < limit else { return 0 }
    let second = folded(text[start + 1])
    switch second {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    default: break
    }
    guard start + 2 < limit else { return 0 }
    switch (second, folded(text[start + 2])) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return 3
    default: return 0
    }
  }
}
