import SpecDecodePlatform

/// The part of a byte string that is UTF-8, and the part that is not.
enum WellFormedUTF8 {
  /// A maximal stretch of well-formed UTF-8, or one byte that belongs to none.
  struct Run: Equatable {
    let range: Range<Int>
    let isWellFormed: Bool
  }

  /// The run that a range of the text begins with; nil when it is empty. Linear in the run.
  static func firstRun(of text: [UInt8], in range: Range<Int>) -> Run? {
    guard !range.isEmpty else { return nil }
    var position = range.lowerBound
    while position < range.upperBound {
      let length = scalarLength(in: text, at: position, limit: range.upperBound)
      if length == 0 { break }
      position += length
    }
    let isWellFormed = position > range.lowerBound
    return Run(
      range: range.lowerBound..<(isWellFormed ? position : position + 1),
      isWellFormed: isWellFormed)
  }

  /// The runs of a range of the text, in order.
  static func runs(of text: [UInt8], in range: Range<Int>) -> some Sequence<Run> {
    sequence(state: range) { rest in
      guard let run = firstRun(of: text, in: rest) else { return nil }
      rest = run.range.upperBound..<rest.upperBound
      return run
    }
  }

  /// The length of the scalar that starts at a position, 0 when none does.
  private static func scalarLength(in text: [UInt8], at position: Int, limit: Int) -> Int {
    if text[position] < 0x80 { return 1 }
    guard let sequence = UTF8Sequence(first: text[position]), position + sequence.length <= limit,
      sequence.second.contains(text[position + 1])
    else { return 0 }
    for index in position + 2..<position + sequence.length where text[index] & 0xC0 != 0x80 {
      return 0
    }
    return sequence.length
  }
}
