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
