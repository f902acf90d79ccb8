/// One call of `BPETokenizer.encode`: the ids so far and the working memory between pre-tokens.
struct EncodingRun {
  private let tokenizer: BPETokenizer
  /// Whether the normalizer and `add_prefix_space` are applied.
  private let changesText: Bool
  private let addedTokens: AddedTokenMatchers
  private var encoding: BytePairEncoding
  private var pieces: [Range<Int>] = []
  private var ids: [Int32] = []

  init(tokenizer: BPETokenizer, changesText: Bool) {
    self.tokenizer = tokenizer
    self.changesText = changesText
    addedTokens = changesText ? tokenizer.referenceAddedTokens : tokenizer.exactAddedTokens
    encoding = BytePairEncoding(merges: tokenizer.merges)
  }

  /// The tokens of a text.
  mutating func encode(_ text: [UInt8]) -> [Int32] {
    ids.reserveCapacity(text.count / 3)
    for section in addedTokens.raw.sections(of: text, in: text.indices) {
      switch section {
      case .token(let id): ids.append(id)
      case .text(let range): normalizeAndEncode(text, range)
      }
    }
    return ids
  }

  private mutating func normalizeAndEncode(_ text: [UInt8], _ range: Range<Int>) {
    if changesText, let normalized = tokenizer.normalizer.normalized(text, range) {
      encodeSection(normalized, normalized.indices)
    } else {
      encodeSection(text, range)
    }
  }

  private mutating func encodeSection(_ text: [UInt8], _ range: Range<Int>) {
    for section in addedTokens.normalized.sections(of: text, in: range) {
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
    if changesText, tokenizer.preTokenizer.addsPrefixSpace {
      let prefixed = tokenizer.preTokenizer.prefixedPieces(of: text, run.range)
      for piece in prefixed.pieces { encodePiece(prefixed.text, piece) }
      return
    }
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
