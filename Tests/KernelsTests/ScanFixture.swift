import Kernels

/// Inputs of a scan of three blocks of channels, and the scan in naive loops.
struct ScanFixture {
  let channels = 48
  let stride = 64
  let stateSize: Int
  let rate: FloatBuffer
  let before: FloatBuffer
  let x: FloatBuffer
  let timeStep: FloatBuffer
  let inputMatrix: FloatBuffer
  let outputMatrix: FloatBuffer
  let gate: FloatBuffer
  let skip: FloatBuffer

  init(stateSize: Int, positions: Int) {
    var random = RandomFloats(seed: UInt64(stateSize))
    self.stateSize = stateSize
    rate = random.buffer(channels * stateSize, in: -16 ... -0.1)
    before = random.buffer(channels * stateSize)
    x = random.buffer(positions * stride)
    timeStep = random.buffer(positions * stride, in: 0.001...4)
    inputMatrix = random.buffer(positions * (stateSize + 3))
    outputMatrix = random.buffer(positions * (stateSize + 3))
    gate = random.buffer(positions * stride, in: -4...4)
    skip = random.buffer(channels)
    // Some states that one step takes below the floor.
    for index in Swift.stride(from: 0, to: before.count, by: 7) { before[index] = 0x1p-99 }
  }

  /// A window from the first position on; a replay's y stays zero.
  func scan(
    _ team: WorkerTeam, positions: Int, isInPlace: Bool, isReplay: Bool = false
  ) -> (state: FloatBuffer, y: FloatBuffer) {
    let from = before.clone
    let to = isInPlace ? from : FloatBuffer(count: from.count)
    let y = FloatBuffer(count: gate.count)
    team.run {
      scan($0, from: from, to: to, first: 0, positions: positions, y: isReplay ? nil : y)
    }
    return (to, y)
  }

  func scan(
    _ member: TeamMember, from: FloatBuffer, to: FloatBuffer, first: Int, positions: Int,
    y: FloatBuffer?
  ) {
    let matrixStride = stateSize + 3
    let inputs = ScanInputs(
      x: x.rows(stride: stride).rows(from: first),
      timeStep: timeStep.rows(stride: stride).rows(from: first),
      inputMatrix: inputMatrix.rows(stride: matrixStride).rows(from: first))
    let output = y.map {
      ScanOutput(
        outputMatrix: outputMatrix.rows(stride: matrixStride).rows(from: first),
        gate: gate.rows(stride: stride).rows(from: first),
        y: $0.rows(stride: stride).rows(from: first))
    }
    member.scan(
      ScanParameters(decay: rate, skip: skip, channels: channels, stateSize: stateSize),
      from: from.rows(stride: from.count), to: to.rows(stride: to.count), inputs, output: output,
      positions: positions)
  }

  /// In naive loops; exp and SiLU are those of the scalar kernels, which have tests of their own.
  func expected(positions: Int) -> (state: [Float], y: [Float]) {
    var state = before.values
    var y: [Float] = []
    for t in 0..<positions {
      let decays = decays(at: t)
      let gates = InstructionSet.scalar.silu((0..<channels).map { gate[t * stride + $0] })
      for channel in 0..<channels {
        y.append(step(&state, decays, channel, t) * gates[channel])
      }
      y += Array(repeating: 0, count: stride - channels)
    }
    return (state, y + Array(repeating: 0, count: gate.count - y.count))
  }

  /// Updates a channel's state; gives its output before the gate.
  private func step(_ state: inout [Float], _ decays: [Float], _ channel: Int, _ t: Int) -> Float {
    let value = x[t * stride + channel]
    let input = timeStep[t * stride + channel] * value
    var sum: Float = 0
    for n in 0..<stateSize {
      let index = place(channel, n)
      let row = t * (stateSize + 3) + n
      var next = (input * inputMatrix[row]).addingProduct(decays[index], state[index])
      if next.magnitude < 0x1p-100 { next = 0 }
      state[index] = next
      sum = sum.addingProduct(next, outputMatrix[row])
    }
    return sum.addingProduct(skip[channel], value)
  }

  private func decays(at t: Int) -> [Float] {
    var products = Array(repeating: Float(0), count: rate.count)
    for channel in 0..<channels {
      for n in 0..<stateSize {
        let index = place(channel, n)
        products[index] = timeStep[t * stride + channel] * rate[index]
      }
    }
    return InstructionSet.scalar.exp2(products)
  }

  /// Where a channel's nth value lies: [blocks][state size][16].
  private func place(_ channel: Int, _ n: Int) -> Int {
    (channel / 16 * stateSize + n) * 16 + channel % 16
  }
}
