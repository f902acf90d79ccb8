internal import CKernels

/// The weights of a depthwise causal convolution.
package struct ConvolutionWeights: Sendable {
  /// [width][padded channels], the weight of the oldest input first.
  package let weight: FloatBuffer

  /// One a padded channel, or nil.
  package let bias: FloatBuffer?

  /// Inputs that one output reads.
  package let width: Int

  /// Padded channels.
  package let channels: Int

  package init(weight: FloatBuffer, bias: FloatBuffer?, width: Int, channels: Int) {
    precondition(weight.count == width * channels && (bias?.count ?? channels) == channels)
    precondition(width >= 1 && channels % laneCount == 0)
    self.weight = weight
    self.bias = bias
    self.width = width
    self.channels = channels
  }
}

extension TeamMember {
  /// y[t] = silu(bias + sum over j of weight[j] x[t - (width - 1) + j]), on this member's channels.
  ///
  /// - Parameters:
  ///   - tail: the `width - 1` inputs before the window, oldest first, [width - 1][channels].
  ///   - x: the inputs, `positions` rows.
  package func convolve(
    _ weights: ConvolutionWeights, tail: FloatRows, _ x: FloatRows, positions: Int,
    into y: FloatRows
  ) {
    precondition(tail.stride == weights.channels)
    tail.check(positions: weights.width - 1, width: weights.channels)
    x.check(positions: positions, width: weights.channels)
    y.check(positions: positions, width: weights.channels)
    var arguments = unsafe ck_convolution(
      tail: tail.input.data, x: x.input, weight: weights.weight.base, bias: weights.bias?.base,
      y: y.output, width: weights.width, channels: weights.channels, positions: positions)
    let blocks = share(of: 0..<weights.channels / laneCount)
    unsafe kernels.pointee.convolve(&arguments, ck_range(blocks))
    log(.convolution)
  }

  /// Moves the tail past the first `positions` inputs of a window, on this member's channels.
  package func advanceTail(
    _ tail: FloatRows, past x: FloatRows, positions: Int, width: Int, channels: Int
  ) {
    tail.check(positions: width - 1, width: channels)
    x.check(positions: positions, width: channels)
    let blocks = share(of: 0..<channels / laneCount)
    let span = blocks.lowerBound * laneCount..<blocks.upperBound * laneCount
    guard !span.isEmpty else { return }
    for row in 0..<max(width - 1, 0) {
      // Tail and window read as one sequence; a row moves up, so ascending order is safe. No rows
      // are passed on: that would count references to buffers which all members hold.
      let from = row + positions
      let source =
        unsafe from < width - 1
        ? UnsafePointer(tail.output.data) + from * tail.stride
        : x.input.data + (from - (width - 1)) * x.stride
      unsafe (tail.output.data + row * tail.stride + span.lowerBound).update(
        from: source + span.lowerBound, count: span.count)
    }
  }
}
