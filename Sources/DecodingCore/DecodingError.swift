public import SpecDecodePlatform

/// What can go wrong while bytes are decoded.
public enum DecodingError: Error, Equatable, Sendable {
  /// A model gave a logit that is NaN or infinite.
  case nonFiniteLogit(model: String, index: Int)

  /// What computes a model stopped working, so that what it gave last is not to be used.
  case deviceFailed(model: String, reason: String)

  /// A drafter reported a distribution that is none, for the byte at an output position.
  case invalidDistribution(position: UInt64)

  /// An option has a value outside its range.
  case invalidOption(name: String, value: String, remedy: String)

  /// So many sequences that share passes do not fit in memory.
  case tooManyAtOnce(sequences: Int, byteCount: Int, limit: MemoryLimit)

  /// A generation cannot be saved, or a saved one continued.
  case savedState(SavedStateError)
}

extension DecodingError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .nonFiniteLogit(let model, let index):
      "the \(model) gave a logit that is not a finite number (entry \(index)); "
        + "its weights are damaged or its activations overflow: check the checkpoint"
    case .deviceFailed(let model, let reason):
      "the \(model) cannot go on: \(reason)"
    case .invalidDistribution(let position):
      "the drafter's distribution of the byte at output position \(position) is not 256 finite "
        + "numbers of at least 0 with a finite sum; mend the drafter, or use another"
    case .invalidOption(let name, let value, let remedy):
      "\(name) cannot be \(value); \(remedy)"
    case .tooManyAtOnce(let sequences, let byteCount, let limit):
      "\(sequences) sequences at once take \(byteCount >> 20) MiB of memory, but \(limit), or make "
        + "the batch smaller"
    case .savedState(let error):
      error.description
    }
  }
}
