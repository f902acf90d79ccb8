import Kernels

/// The weights of a norm: with a bias it is a LayerNorm, without one an RMSNorm.
struct NormWeights: Sendable {
  /// [hidden], padded.
  let weight: FloatBuffer
  /// [hidden], padded.
  let bias: FloatBuffer?

  var byteCount: Int { (weight.count + (bias?.count ?? 0)) * 4 }
}

extension TeamMember {
  /// Norms all positions, into a buffer of this member's own.
  func norm(
    _ x: FloatRows, _ weights: NormWeights, epsilon: Float, width: Int, positions: Int,
    into y: FloatRows
  ) {
    if let bias = weights.bias {
      layerNorm(
        x, weight: weights.weight, bias: bias, epsilon: epsilon, width: width,
        positions: positions, into: y)
    } else {
      rmsNorm(
        x, weight: weights.weight, epsilon: epsilon, width: width, positions: positions, into: y)
    }
  }
}
