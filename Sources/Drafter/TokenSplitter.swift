import SpecDecodeTokenizer

/// Divides texts into tokens, one after the other, and keeps its working memory between them.
struct TokenSplitter {
  private let vocabulary: DrafterVocabulary
  private var run: EncodingRun
  /// Tokens of the last text that stand.
  private(set) var tokens: [Int] = []
  /// The end of the last text, which the next token must begin with.
  private(set) var open = 0..<0
  /// Where the tokens of the last pre-token begin.
  private var lastWord = 0

  init(_ vocabulary: DrafterVocabulary) {
    self.vocabulary = vocabulary
    run = EncodingRun(tokenizer: vocabulary.tokenizer, changesText: false)
  }

  /// Takes all tokens of a range of a text.
  mutating func encode(_ bytes: [UInt8], in range: Range<Int>) {
    run.encode(bytes, in: range)
    tokens.removeAll(keepingCapacity: true)
    lastWord = 0
    for (index, id) in run.ids.enumerated() {
      guard let position = vocabulary.position(of: id) else { continue }
      tokens.append(position)
      if index < run.lastWord { lastWord = tokens.count }
    }
    open = range.upperBound..<range.upperBound
  }

  /// Takes the tokens of a range of a text that stand.
  ///
  /// The end of a text may be the beginning of a longer token, however it is divided now: " hous" may
  /// be two tokens where " house" is one. So of the last pre-token as much is left open as some token
  /// begins with, the last token and the bytes of a character that is not complete included.
  mutating func split(_ bytes: [UInt8], in range: Range<Int>) {
    encode(bytes, in: range)
    var count = tokens.count
    var start = range.upperBound
    for index in tokens.indices.suffix(from: lastWord).reversed() {
      let token = vocabulary.trie.bytes(at: tokens[index])
      // A byte that no token covers ends what can be one.
      guard bytes[range.lowerBound..<start].suffix(token.count).elementsEqual(token) else { break }
      start -= token.count
      guard range.upperBound - start <= vocabulary.longestToken else { break }
      if vocabulary.trie.descend(bytes[start..<range.upperBound]) != nil {
        (count, open) = (index, start..<range.upperBound)
      }
    }
    tokens.removeLast(tokens.count - count)
  }
}
