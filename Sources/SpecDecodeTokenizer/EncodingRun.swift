/// Encodes texts one after the other, and keeps its working memory between them.
package struct EncodingRun {
  private let tokenizer: BPETokenizer
  /// Whether the normalizer and `add_prefix_space` are applied.
  private let changesText: Bool
  private let addedTokens: AddedTokenMatchers
  private var encoding: BytePairEncoding
  private var pieces: [Range<Int>] = []
  /// The tokens of the last text.
  package private(set) var ids: [Int32] = []
  /// Where the tokens of its last pre-token begin, bytes that are no character left aside: those may
  /// yet become one, and the pre-token goes on with it.
  package private(set) var lastWord = 0

  /// A run of a tokenizer.
  ///
  /// - Parameter changesText: whether the normalizer and `add_prefix_space` are applied.
  package init(tokenizer: BPETokenizer, changesText: Bool) {
    self.tokenizer = tokenizer
    self.changesText = changesText
    addedTokens = changesText ? tokenizer.referenceAddedTokens : tokenizer.exactAddedTokens
    encoding = BytePairEncoding(merges: tokenizer.merges)
  }

  /// Replaces `ids` by the tokens of a range of a text. Allocates when it is longer than those
  /// before.
  package mutating func encode(_ text: [UInt8], in range: Range<Int>) {
    ids.removeAll(keepingCapacity: true)
    lastWord = 0
    var rest = range
    while let section = addedTokens.raw.takeSection(of: text, from: &rest) {
      switch section {
      case .token(let id): take(id)
      case .text(let range): normalizeAndEncode(text, range)
      }
    }
  }

  private mutating func normalizeAndEncode(_ text: [UInt8], _ range: Range<Int>) {
    if changesText, let normalized = tokenizer.normalizer.normalized(text, range) {
      encodeSection(normalized, normalized.indices)
    } else {
      encodeSection(text, range)
    }
  }

  private mutating func encodeSection(_ text: [UInt8], _ range: Range<Int>) {
    var rest = range
    while let section = addedTokens.normalized.takeSection(of: text, from: &rest) {
      switch section {
      case .token(let id): take(id)
      case .text(let range): encodeRuns(text, range)
      }
    }
  }

  private mutating func encodeRuns(_ text: [UInt8], _ range: Range<Int>) {
    var rest = range
    while let run = WellFormedUTF8.firstRun(of: text, in: rest) {
      encodeRun(text, run)
      rest = run.range.upperBound..<rest.upperBound
    }
  }

  private mutating func encodeRun(_ text: [UInt8], _ run: WellFormedUTF8.Run) {
    guard run.isWellFormed else { return encodePiece(text, run.range) }
    if changesText, tokenizer.preTokenizer.addsPrefixSpace {
      let prefixed = tokenizer.preTokenizer.prefixedPieces(of: text, run.range)
      for piece in prefixed.pieces { encodeWord(prefixed.text, piece) }
      return
    }
    tokenizer.preTokenizer.split(text, run.range, into: &pieces)
    for index in pieces.indices {
      encodeWord(text, pieces[index])
    }
  }

  private mutating func take(_ added: Int32) {
    lastWord = ids.count
    ids.append(added)
  }

  private mutating func encodeWord(_ text: [UInt8], _ piece: Range<Int>) {
    lastWord = ids.count
    encodePiece(text, piece)
  }

  private mutating func encodePiece(_ text: [UInt8], _ piece: Range<Int>) {
    if let whole = tokenizer.wholeTokens, let id = whole[Array(text[piece])] {
      ids.append(id)
      return
    }
    encoding.symbols.removeAll(keepingCapacity: true)
    for index in piece {
      let id = tokenizer.byteIDs[Int(text[index])]
      if id >= 0 { encoding.symbols.append(id) }
    }
    encoding.mergeSymbols()
    ids += encoding.symbols
  }
}
