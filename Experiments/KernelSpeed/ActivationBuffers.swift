import Kernels
import Measuring

/// The buffers of a pass, with random activations of magnitude at most 1.
struct ActivationBuffers: Sendable {
  let positions: Int
  /// [positions][hidden]
  let hidden: FloatRows
  /// [members][positions][hidden]
  let normed: [FloatRows]
  /// [positions][inner] each.
  let input: FloatRows
  let gate: FloatRows
  let convolved: FloatRows
  let timeStep: FloatRows
  let scanned: FloatRows
  /// [positions][time step rank + 2 state]
  let scanRows: FloatRows
  /// [positions][vocabulary]
  let logits: FloatRows
  /// What the rows lie in.
  private let buffers: [FloatBuffer]

  init(shape: ModelShape, positions: Int, members: Int) {
    var generator = PhiloxGenerator(seed: 2, stream: 0)
    var buffers: [FloatBuffer] = []
    func rows(_ width: Int) -> FloatRows {
      let width = paddedCount(width)
      let values = (0..<width * positions).map { _ in Float.random(in: -1...1, using: &generator) }
      let buffer = FloatBuffer(values)
      buffers.append(buffer)
      return buffer.rows(stride: width)
    }
    self.positions = positions
    hidden = rows(shape.hiddenSize)
    normed = (0..<members).map { _ in rows(shape.hiddenSize) }
    input = rows(shape.innerSize)
    gate = rows(shape.innerSize)
    convolved = rows(shape.innerSize)
    timeStep = rows(shape.innerSize)
    scanned = rows(shape.innerSize)
    scanRows = rows(shape.timeStepRank + 2 * shape.stateSize)
    logits = rows(shape.vocabularySize)
    self.buffers = buffers
  }
}
