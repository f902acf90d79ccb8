/// `Split` with any pattern.
struct SplitPreTokenizer: PreTokenizer {
  let matcher: any PatternMatcher
  let behavior: SplitBehavior
  /// Whether what is between the matches counts as the matches.
  let isInverted: Bool

  /// Appends the pieces; those without bytes are left out.
  func split(_ text: [UInt8], _ range: Range<Int>, into pieces: inout [Range<Int>]) {
    var stretches: [SplitBehavior.Stretch] = []
    var position = range.lowerBound
    for match in matcher.matches(in: text, range) {
      if position < match.lowerBound {
        stretches.append((position..<match.lowerBound, isInverted))
      }
      stretches.append((match, !isInverted))
      position = match.upperBound
    }
    if position < range.upperBound { stretches.append((position..<range.upperBound, isInverted)) }
    for piece in behavior.pieces(of: stretches) where !piece.isEmpty { pieces.append(piece) }
  }
}

/// The matches of a scanner whose pieces are the matches of its pattern.
struct ScannerMatcher: PatternMatcher {
  let scanner: any PreTokenizer

  func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    scanner.split(text, range, into: &pieces)
    return pieces
  }
}
