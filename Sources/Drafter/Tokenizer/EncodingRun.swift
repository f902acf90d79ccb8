/// One call of `BPETokenizer.encode`: the ids so far and the working memory between pre-tokens.
struct EncodingRun {
  private let tokenizer: BPETokenizer
  private var encoding: BytePairEncoding
  private var pieces: [Range<Int>] = []
  var ids: [Int32] = []

  init(tokenizer: BPETokenizer) {
    self.tokenizer = tokenizer
    encoding = BytePairEncoding(merges: tokenizer.merges)
  }

  /// Appends the tokens of text that has no raw added token in it.
  mutating func encode(_ text: [UInt8], _ range: Range<Int>) {
    for section in tokenizer.normalizedAddedTokens.sections(of: text, in: range) {
      switch section {
      case .token(let id):
        ids.append(id)
      case .text(let range):
        for run in WellFormedUTF8.runs(of: text, in: range) {
          encodeRun(text, run)
        }
      }
    }
  }

  private mutating func encodeRun(_ text: [UInt8], _ run: WellFormedUTF8.Run) {
    guard run.isWellFormed else { return encodePiece(text, run.range) }
    pieces.removeAll(keepingCapacity: true)
    tokenizer.preTokenizer.split(text, run.range, into: &pieces)
    for index in pieces.indices {
      encodePiece(text, pieces[index])
    }
  }

  private mutating func encodePiece(_ text: [UInt8], _ piece: Range<Int>) {
    if let id = tokenizer.wholeTokens?[Array(text[piece])] {
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
