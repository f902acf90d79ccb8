package import DecodingCore
package import Mamba

extension DecodingError {
  /// What a session throws when a model's logits cannot be used.
  package init(_ error: NonFiniteLogit, model: String) {
    self =
      error.deviceFailure.map { .deviceFailed(model: model, reason: $0) }
      ?? .nonFiniteLogit(model: model, index: error.index)
  }
}
