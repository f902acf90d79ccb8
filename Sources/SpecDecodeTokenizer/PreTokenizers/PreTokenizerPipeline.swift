/// The stages of a pre-tokenizer, each of which cuts what the one before it left.
package struct PreTokenizerPipeline: Sendable {
  /// One stage.
  struct Stage: Sendable {
    let cutter: any PreTokenizer
    /// `add_prefix_space`: every piece gets a space before it, if it does not begin with one.
    var addsPrefixSpace = false
  }

  let stages: [Stage]

  /// Whether a stage adds bytes when it is asked to.
  var addsPrefixSpace: Bool { stages.contains(where: \.addsPrefixSpace) }

  /// Replaces the pieces by those of a range of the text. No byte is added.
  ///
  /// - Precondition: `text[range]` is well-formed UTF-8.
  func split(_ text: [UInt8], _ range: Range<Int>, into pieces: inout [Range<Int>]) {
    pieces.removeAll(keepingCapacity: true)
    guard !range.isEmpty else { return }
    guard stages.count != 1 else { return stages[0].cutter.split(text, range, into: &pieces) }
    pieces.append(range)
    for stage in stages { cut(text, by: stage, &pieces) }
  }

  /// The pieces of a range of the text, with the spaces that stages add.
  func prefixedPieces(
    of text: [UInt8], _ range: Range<Int>
  ) -> (text: [UInt8], pieces: [Range<Int>]) {
    var text = Array(text[range])
    var pieces = [text.indices]
    for stage in stages {
      if stage.addsPrefixSpace { (text, pieces) = Self.prefixed(text, pieces) }
      cut(text, by: stage, &pieces)
    }
    return (text, pieces)
  }

  private func cut(_ text: [UInt8], by stage: Stage, _ pieces: inout [Range<Int>]) {
    var result: [Range<Int>] = []
    result.reserveCapacity(pieces.count)
    for piece in pieces { stage.cutter.split(text, piece, into: &result) }
    pieces = result
  }

  private static func prefixed(
    _ text: [UInt8], _ pieces: [Range<Int>]
  ) -> (text: [UInt8], pieces: [Range<Int>]) {
    let space = UInt8(ascii: " ")
    var result: [UInt8] = []
    var ranges: [Range<Int>] = []
    for piece in pieces {
      let start = result.count
      if piece.isEmpty || text[piece.lowerBound] != space { result.append(space) }
      result += text[piece]
      ranges.append(start..<result.count)
    }
    return (result, ranges)
  }
}
