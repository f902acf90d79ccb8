/// The syllables of Hangul and their letters (Unicode, section 3.12).
enum HangulSyllable {
  private static let syllables: UInt32 = 0xAC00
  private static let leads: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  /// One before the first: number 0 stands for no tail.
  private static let tails: UInt32 = 0x11A7
  private static let (leadCount, vowelCount, tailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)

  /// The letters of a syllable, nil for any other scalar.
  static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard let index = index(of: scalar, from: syllables, count: leadCount * vowelCount * tailCount)
    else { return nil }
    let tail = index % tailCount
    let values = [
      leads + index / (vowelCount * tailCount),
      vowels + index / tailCount % vowelCount,
      tails + tail,
    ]
    return values.prefix(tail == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
  }

  /// A lead and a vowel, or a syllable without tail and a tail, as one; nil for any other two.
  static func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    if let lead = index(of: first, from: leads, count: leadCount),
      let vowel = index(of: second, from: vowels, count: vowelCount)
    {
      return Unicode.Scalar(syllables + (lead * vowelCount + vowel) * tailCount)
    }
    if let syllable = index(
      of: first, from: syllables, count: leadCount * vowelCount * tailCount),
      syllable % tailCount == 0,
      let tail = index(of: second, from: tails, count: tailCount), tail > 0
    {
      return Unicode.Scalar(first.value + tail)
    }
    return nil
  }

  /// Whether a letter is a vowel or a tail, which compose with what is before them.
  static func isSecond(_ scalar: Unicode.Scalar) -> Bool {
    index(of: scalar, from: vowels, count: vowelCount) != nil
      || index(of: scalar, from: tails + 1, count: tailCount - 1) != nil
  }

  private static func index(of scalar: Unicode.Scalar, from start: UInt32, count: UInt32) -> UInt32?
  {
    (start..<start + count).contains(scalar.value) ? scalar.value - start : nil
  }
}
