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

/// What becomes of the matches of a `Split`, and of what is between them.
enum SplitBehavior: String, CaseIterable {
  /// Every match and every stretch between two is a piece.
  case isolated = "Isolated"
  /// A match belongs to the stretch before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// A match belongs to the stretch after it.
  case mergedWithNext = "MergedWithNext"
  /// Matches that follow one another are one piece.
  case contiguous = "Contiguous"

  /// A stretch of the text; `isMatch` is turned round by `invert`.
  typealias Stretch = (range: Range<Int>, isMatch: Bool)

  /// The pieces that stretches, which cover a text without gaps, make up.
  func pieces(of stretches: [Stretch]) -> [Range<Int>] {
    switch self {
    case .isolated: stretches.map(\.range)
    case .mergedWithPrevious:
      joined(stretches) { left, right in right.isMatch && !left.isMatch }
    case .mergedWithNext:
      joined(stretches) { left, right in left.isMatch && !right.isMatch }
    case .contiguous: joined(stretches) { left, right in left.isMatch == right.isMatch }
    }
  }

  private func joined(
    _ stretches: [Stretch], where areOne: (Stretch, Stretch) -> Bool
  ) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var last: Stretch?
    for stretch in stretches {
      if let last, areOne(last, stretch), let piece = pieces.popLast() {
        pieces.append(piece.lowerBound..<stretch.range.upperBound)
      } else {
        pieces.append(stretch.range)
      }
      last = stretch
    }
    return pieces
  }
}
