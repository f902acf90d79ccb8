/// Learns a byte-level BPE vocabulary from text, as GPT-2's was: the 256 bytes, then one token for
/// every merge of the pair of neighbours that occurs most often, within the pieces that GPT-2's
/// pattern cuts.
///
/// Of pairs that occur equally often the one with the lower left id is first, then the one with the
/// lower right id: the rule of Hugging Face `tokenizers`. So equal text gives equal vocabularies.
/// A byte that is not of well-formed UTF-8 has a token but no part in a merge. Memory goes by the
/// distinct pieces of the text, not by its length.
package struct BPETrainer {
  /// A token for every byte.
  package static let smallestVocabulary = 256
  /// What a `tokenizer.json` may have.
  package static let largestVocabulary = VocabularyBuilder.idLimit

  /// Text is looked at this many bytes at a time.
  private static let windowSize = 1 << 20
  /// A text without an ASCII space in so many bytes is cut there.
  private static let windowLimit = 16 << 20

  private let vocabularySize: Int
  private let preTokenizer = GPT2PreTokenizer()
  private var words = WordCounts()
  /// The end of the text so far, which may go on.
  private var window: [UInt8] = []

  /// Prepares to learn `vocabularySize` tokens: fewer, when no pair is left that occurs twice.
  ///
  /// - Throws: `BPETrainingError.vocabularySize`.
  package init(vocabularySize: Int) throws(BPETrainingError) {
    guard (Self.smallestVocabulary...Self.largestVocabulary).contains(vocabularySize) else {
      throw .vocabularySize(
        vocabularySize, range: Self.smallestVocabulary...Self.largestVocabulary)
    }
    self.vocabularySize = vocabularySize
  }

  /// Takes in the next bytes of a text. How the text is divided makes no difference.
  ///
  /// - Throws: `BPETrainingError.tooManyWords`.
  package mutating func append(_ bytes: some Sequence<UInt8>) throws(BPETrainingError) {
    window += bytes
    guard window.count >= Self.windowSize else { return }
    if let cut = Self.cut(of: window) ?? Self.forcedCut(of: window) {
      try count(0..<cut)
      window.removeSubrange(0..<cut)
    }
  }

  /// Ends a text: no piece goes on into the next.
  ///
  /// - Throws: `BPETrainingError.tooManyWords`.
  package mutating func endText() throws(BPETrainingError) {
    try count(window.indices)
    window.removeAll(keepingCapacity: true)
  }

  /// The vocabulary of all texts that were ended.
  package func train() -> TrainedVocabulary {
    train { _, _ in }
  }

  /// The vocabulary of all texts that were ended.
  ///
  /// - Parameter progress: told how many tokens of how many there are; throws to stop.
  package func train<Failure: Error>(
    progress: (_ done: Int, _ whole: Int) throws(Failure) -> Void
  ) throws(Failure) -> TrainedVocabulary {
    var merging = PairMerging(words: words)
    try progress(merging.vocabulary.tokens.count, vocabularySize)
    while merging.vocabulary.tokens.count < vocabularySize, merging.mergeBest() {
      try progress(merging.vocabulary.tokens.count, vocabularySize)
    }
    return merging.vocabulary
  }

  private mutating func count(_ range: Range<Int>) throws(BPETrainingError) {
    var pieces: [Range<Int>] = []
    for run in WellFormedUTF8.runs(of: window, in: range) where run.isWellFormed {
      pieces.removeAll(keepingCapacity: true)
      preTokenizer.split(window, run.range, into: &pieces)
      for piece in pieces { try words.add(window, piece) }
    }
  }

  /// The last place where ASCII white space follows another ASCII byte: the pattern cuts there,
  /// whatever comes before and after.
  private static func cut(of text: [UInt8]) -> Int? {
    var index = text.count - 1
    while index > 0 {
      if isSpace(text[index]), text[index - 1] < 0x80, !isSpace(text[index - 1]) { return index }
      index -= 1
    }
    return nil
  }

  private static func forcedCut(of text: [UInt8]) -> Int? {
    guard text.count >= windowLimit else { return nil }
    // Not within a scalar, if it is text at all.
    return text.indices.suffix(4).last { text[$0] & 0xC0 != 0x80 } ?? text.count
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}

/// Why a vocabulary cannot be learnt.
package enum BPETrainingError: Error, Equatable, Sendable {
  /// A size that no byte-level vocabulary can have.
  case vocabularySize(Int, range: ClosedRange<Int>)
  /// The distinct pieces of the text have more bytes together than the limit.
  case tooManyWords(limit: Int)
}

extension BPETrainingError: CustomStringConvertible {
  /// What is wrong and what to do about it.
  package var description: String {
    switch self {
    case .vocabularySize(let size, let range):
      "a vocabulary of \(size) tokens cannot be trained; ask for \(range.lowerBound) to "
        + "\(range.upperBound)"
    case .tooManyWords(let limit):
      "the distinct words of the text have more than \(limit) bytes; train on a part of it"
    }
  }
}
