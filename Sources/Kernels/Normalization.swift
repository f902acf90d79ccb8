internal import CKernels

extension TeamMember {
  /// y = x / sqrt(mean(x^2) + epsilon) * weight, over all positions: not shared out, each member
  /// fills a buffer of its own, which saves a barrier.
  ///
  /// - Parameters:
  ///   - x: `positions` rows of `width` floats.
  ///   - weight: `width` floats.
  package func rmsNorm(
    _ x: FloatRows, weight: FloatBuffer, epsilon: Float, width: Int, positions: Int,
    into y: FloatRows
  ) {
    precondition(weight.count >= width)
    x.check(positions: positions, width: width)
    y.check(positions: positions, width: width)
    unsafe kernels.pointee.rms_norm(x.input, weight.base, epsilon, width, positions, y.output)
    log(.norm)
  }

  /// y = (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) * weight + bias (Ba, Kiros and
  /// Hinton, arXiv 1607.06450), over all positions, each member into a buffer of its own.
  ///
  /// - Parameters:
  ///   - x: `positions` rows of `width` floats.
  ///   - weight: `width` floats.
  ///   - bias: `width` floats.
  package func layerNorm(
    _ x: FloatRows, weight: FloatBuffer, bias: FloatBuffer, epsilon: Float, width: Int,
    positions: Int, into y: FloatRows
  ) {
    precondition(weight.count >= width && bias.count >= width)
    x.check(positions: positions, width: width)
    y.check(positions: positions, width: width)
    unsafe kernels.pointee.layer_norm(
      x.input, weight.base, bias.base, epsilon, width, positions, y.output)
    log(.norm)
  }
}
