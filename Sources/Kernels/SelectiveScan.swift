internal import CKernels

/// What the selective scan of a layer reads at each position of a window.
package struct ScanInputs: Sendable {
  /// After convolution and SiLU, [positions][channels].
  package let x: FloatRows

  /// The step size after softplus, [positions][channels].
  package let timeStep: FloatRows

  /// The input matrix B, [positions][state size].
  package let inputMatrix: FloatRows

  package init(x: FloatRows, timeStep: FloatRows, inputMatrix: FloatRows) {
    self.x = x
    self.timeStep = timeStep
    self.inputMatrix = inputMatrix
  }
}

/// What the output of a scan reads besides.
package struct ScanOutput: Sendable {
  /// The output matrix C, [positions][state size].
  package let outputMatrix: FloatRows

  /// The gate before SiLU, [positions][channels].
  package let gate: FloatRows

  /// [positions][channels].
  package let y: FloatRows

  package init(outputMatrix: FloatRows, gate: FloatRows, y: FloatRows) {
    self.outputMatrix = outputMatrix
    self.gate = gate
    self.y = y
  }
}

/// The shape and the weights of a scan.
package struct ScanParameters: Sendable {
  /// A / ln 2 with A = -exp(A_log), [channel blocks][state size][16]: the base of a decay is 2.
  package let decay: FloatBuffer

  /// The skip weight D, one a padded channel.
  package let skip: FloatBuffer

  /// Padded channels.
  package let channels: Int

  /// Values a channel remembers.
  package let stateSize: Int

  package init(decay: FloatBuffer, skip: FloatBuffer, channels: Int, stateSize: Int) {
    precondition(decay.count == channels * stateSize && channels % laneCount == 0)
    precondition(skip.count >= channels)
    self.decay = decay
    self.skip = skip
    self.channels = channels
    self.stateSize = stateSize
  }
}

extension TeamMember {
  /// The selective scan over a window, on this member's channels (Mamba, arXiv 2312.00752,
  /// section 3, with the Euler step for B that every implementation uses):
  ///
  ///     state = exp(dt A) state + (dt x) B;  y = (state . C + D x) silu(gate)
  ///
  /// - Parameters:
  ///   - before: the state before the window, [channel blocks][state size][16] from its offset.
  ///   - after: receives the state after it; may be the same rows.
  ///   - output: nil to replay the state alone.
  ///   - next: the matrix that this member reads next, which is fetched meanwhile.
  ///   - nextState: the state before a window that is scanned next, which is fetched instead.
  package func scan(
    _ parameters: ScanParameters, from before: FloatRows, to after: FloatRows,
    _ inputs: ScanInputs, output: ScanOutput?, positions: Int, next: PackedMatrix? = nil,
    nextState: FloatRows? = nil
  ) {
    let channels = parameters.channels
    let stateCount = channels * parameters.stateSize
    before.check(positions: 1, width: stateCount)
    after.check(positions: 1, width: stateCount)
    inputs.x.check(positions: positions, width: channels)
    inputs.timeStep.check(positions: positions, width: channels)
    inputs.inputMatrix.check(positions: positions, width: parameters.stateSize)
    output?.check(positions: positions, parameters)
    nextState?.check(positions: 1, width: stateCount)
    let blocks = share(of: 0..<channels / laneCount)
    let none = unsafe ck_rows(data: nil, stride: 0)
    var arguments = unsafe ck_scan(
      state_in: before.input.data, state_out: after.output.data, a: parameters.decay.base,
      d: parameters.skip.base, x: inputs.x.input, dt: inputs.timeStep.input,
      b: inputs.inputMatrix.input, c: output?.outputMatrix.input ?? none,
      z: output?.gate.input ?? none, y: output?.y.output ?? ck_rows_out(data: nil, stride: 0),
      state_size: parameters.stateSize, positions: positions,
      ahead: nextState?.memory(ofBlocks: blocks, size: laneCount * parameters.stateSize)
        ?? ahead(next))
    unsafe kernels.pointee.scan(&arguments, ck_range(blocks))
    log(.scan)
  }

  /// x = softplus(x) in place, on this member's channels.
  package func softplus(_ x: FloatRows, channels: Int, positions: Int) {
    x.check(positions: positions, width: channels)
    let blocks = share(of: 0..<channels / laneCount)
    unsafe kernels.pointee.softplus(x.output, ck_range(blocks), positions)
    log(.softplus)
  }
}

extension ScanOutput {
  fileprivate func check(positions: Int, _ parameters: ScanParameters) {
    outputMatrix.check(positions: positions, width: parameters.stateSize)
    gate.check(positions: positions, width: parameters.channels)
    y.check(positions: positions, width: parameters.channels)
  }
}
