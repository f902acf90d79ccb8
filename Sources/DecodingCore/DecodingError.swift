/// What can go wrong while bytes are decoded.
public enum DecodingError: Error, Equatable, Sendable {
  /// A model gave a logit that is NaN or infinite.
  case nonFiniteLogit(model: String, index: Int)

  /// An option has a value outside its range.
  case invalidOption(name: String, value: String, remedy: String)

  /// A saved generation cannot be gone on with, or saved.
  case savedState(SavedStateError)
}

extension DecodingError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .nonFiniteLogit(let model, let index):
      "the \(model) gave a logit that is not a finite number (entry \(index)); "
        + "its weights are damaged or its activations overflow: check the checkpoint"
    case .invalidOption(let name, let value, let remedy):
      "\(name) cannot be \(value); \(remedy)"
    case .savedState(let error):
      error.description
    }
  }
}
