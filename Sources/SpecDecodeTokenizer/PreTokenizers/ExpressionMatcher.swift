import Foundation

/// Any regular expression, by Foundation.
///
/// For expressions of trusted files only: one that backtracks without end takes time without end.
/// Text goes through the engine at most 64 KiB at a time, which bounds its memory; the last match of
/// a window is looked for again in the next one, so that a border moves no match shorter than half
/// of that, but look-behind does not see past it. Text becomes a `String` here to find the places to cut at
/// and for nothing else: what is cut are the bytes.
struct ExpressionMatcher: PatternMatcher {
  /// The most bytes of a window.
  static let windowLimit = 64 << 10

  private let expression: NSRegularExpression

  /// Compiles an expression of Oniguruma, which Hugging Face `tokenizers` matches with; nil when
  /// Foundation cannot read it.
  init?(_ pattern: String) {
    guard
      let expression = try? NSRegularExpression(
        pattern: OnigurumaSyntax.translated(pattern),
        options: [.anchorsMatchLines, .useUnixLineSeparators])
    else { return nil }
    self.expression = expression
  }

  /// Matches the text itself.
  init?(literal text: String) {
    self.init(NSRegularExpression.escapedPattern(for: text))
  }

  func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = windowEnd(in: text, from: start, limit: range.upperBound)
      var found = matches(inWindow: text[start..<end])
      if end < range.upperBound {
        let middle = Self.scalarStart(in: text, before: start + Self.windowLimit / 2)
        if let last = found.last, last.lowerBound >= middle {
          // It may go on behind the window, and so may a match that is found in its place.
          found.removeLast()
          start = last.lowerBound
        } else {
          // Each window goes on by half of one at least, so that the work is linear.
          start = max(middle, found.last?.upperBound ?? middle)
        }
      } else {
        start = end
      }
      for match in found where !match.isEmpty || match.lowerBound != result.last?.upperBound {
        result.append(match)
      }
    }
    return result
  }

  /// As far as the limit allows without cutting a scalar.
  private func windowEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    limit - start > Self.windowLimit
      ? Self.scalarStart(in: text, before: start + Self.windowLimit) : limit
  }

  private static func scalarStart(in text: [UInt8], before position: Int) -> Int {
    var start = position
    while text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private func matches(inWindow bytes: ArraySlice<UInt8>) -> [Range<Int>] {
    let text = String(decoding: bytes, as: UTF8.self)
    let found = expression.matches(in: text, range: NSRange(0..<text.utf16.count))
    var offsets = UTF16Offsets(bytes)
    return found.map { match in
      let start = offsets.byteOffset(of: match.range.location)
      return start..<offsets.byteOffset(of: match.range.location + match.range.length)
    }
  }
}

/// Turns rising offsets in UTF-16 into offsets in bytes, in one pass.
private struct UTF16Offsets {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var units = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func byteOffset(of target: Int) -> Int {
    while units < target, position < bytes.endIndex {
      let lead = bytes[position]
      position += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      units += lead < 0xF0 ? 1 : 2
    }
    return position
  }
}
