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
