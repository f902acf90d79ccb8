/// How probable a byte was when it was decided, as natural logarithms.
public struct ByteLogProbability: Sendable, Equatable {
  /// In the distribution that it was sampled from: after temperature, mask and filters. 0 at
  /// temperature 0, where the byte is certain. Minus infinity for a byte that `top-beta` let stand
  /// and sampling would not have given.
  public let sampled: Double

  /// In the verifier's own: softmax of its logits, at temperature 1, nothing left out.
  public let raw: Double

  package init(sampled: Double, raw: Double) {
    self.sampled = sampled
    self.raw = raw
  }
}
