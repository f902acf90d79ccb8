import Kernels

/// How likely a verifier is to choose the byte that was drafted.
///
/// With the noise shared, what tells most is by how much the drafted byte's score leads: noise that
/// lifts a byte far above all others lifts it so for the verifier, too. The numbers come from a
/// logistic regression on 35,000 tested bytes of the bundled pair at temperatures 0, 0.7 and 1; one
/// for all temperatures is as good as one for each. What is left is calibrated while decoding.
enum Agreement {
  private static let base = -0.246
  private static let marginSlope = 0.789
  private static let shareSlope = 0.448
  /// Where a lead of one more stops to say much.
  private static let largestMargin = 4.0

  /// The chance that a byte stands when all before it stands.
  ///
  /// - Parameters:
  ///   - margin: the score over the next best one, in natural logarithms.
  ///   - share: the byte's part of the drafter's mass.
  static func chance(margin: Double, share: Double) -> Float {
    let doubt = ScalarMath.log(max(1 - share, 0.0001))
    let logOdds =
      base + marginSlope * min(margin, largestMargin) - shareSlope * doubt
    return Float(1 / (1 + ScalarMath.exp(-logOdds)))
  }
}
