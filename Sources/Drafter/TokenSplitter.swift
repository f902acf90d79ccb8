/// Divides texts into tokens, one after the other, and keeps its working memory between them.
struct TokenSplitter {
  private let vocabulary: DrafterVocabulary
  private var run: EncodingRun
  /// Tokens of the last text that stand.
  private(set) var tokens: [Int] = []
  /// The end of the last text, which the next token must begin with.
  private(set) var open = 0..<0

  init(_ vocabulary: DrafterVocabulary) {
    self.vocabulary = vocabulary
    run = EncodingRun(tokenizer: vocabulary.tokenizer, changesText: false)
  }

  /// Takes all tokens of a range of a text.
  mutating func encode(_ bytes: [UInt8], in range: Range<Int>) {
    run.encode(bytes, in: range)
    tokens.removeAll(keepingCapacity: true)
    for id in run.ids {
      if let position = vocabulary.position(of: id) { tokens.append(position) }
    }
    open = range.upperBound..<range.upperBound
  }

  /// Takes the tokens of a range of a text that stand.
  ///
  /// The last token of a text may be the beginning of a longer one, and so may the bytes of a
  /// character that is not complete: they are left open.
  mutating func split(_ bytes: [UInt8], in range: Range<Int>) {
    encode(bytes, in: range)
    guard let last = tokens.last else { return }
    let lastBytes = vocabulary.trie.bytes(at: last)
    guard bytes[range].suffix(lastBytes.count).elementsEqual(lastBytes) else { return }
    let partial = Self.incompleteCharacter(atEndOf: bytes[range])
    let isPartial =
      partial.count > 1 && tokens.count >= partial.count
      && vocabulary.trie.descend(partial) != nil && isSpelledOut(partial)
    let count = isPartial ? partial.count : lastBytes.count
    tokens.removeLast(isPartial ? partial.count : 1)
    open = range.upperBound - count..<range.upperBound
  }

  /// Whether the last tokens are those of the bytes one by one.
  private func isSpelledOut(_ bytes: ArraySlice<UInt8>) -> Bool {
    zip(tokens.suffix(bytes.count), bytes).allSatisfy { token, byte in
      vocabulary.trie.bytes(at: token).elementsEqual(CollectionOfOne(byte))
    }
  }

  /// The bytes at the end that begin a UTF-8 sequence and do not complete it.
  private static func incompleteCharacter(atEndOf bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for length in 1...3 where length <= bytes.count {
      let lead = bytes[bytes.endIndex - length]
      if lead & 0xC0 == 0x80 { continue }
      let needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
      return needed > length ? bytes.suffix(length) : []
    }
    return []
  }
}
