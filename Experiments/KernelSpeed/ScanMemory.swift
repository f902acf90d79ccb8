import Kernels
import Measuring

/// States, decay rates and small weights of all layers, for the kernels that are no product.
struct ScanMemory: Sendable {
  let parameters: [ScanParameters]
  let convolution: ConvolutionWeights
  let tail: FloatRows
  let normWeight: FloatBuffer
  /// 16 rows of eight-bit weights.
  let panel: PackedMatrix
  private let states: FloatRows
  private let statesAhead: FloatRows
  /// Step sizes of about 0.05, which no kernel changes much.
  private let steps: FloatRows
  /// What the rows lie in.
  private let buffers: [FloatBuffer]

  init(shape: ModelShape, positions: Int) {
    let channels = paddedCount(shape.innerSize)
    let stride = channels * shape.stateSize
    func buffer(_ count: Int, _ value: Float) -> FloatBuffer {
      FloatBuffer([Float](repeating: value, count: count))
    }
    let skip = buffer(channels, 1)
    parameters = (0..<shape.layerCount).map { _ in
      ScanParameters(
        decay: buffer(stride, -4), skip: skip, channels: channels, stateSize: shape.stateSize)
    }
    convolution = ConvolutionWeights(
      weight: buffer(shape.convolutionWidth * channels, 0.3), bias: buffer(channels, 0.1),
      width: shape.convolutionWidth, channels: channels)
    normWeight = buffer(paddedCount(shape.hiddenSize), 1)
    panel = PackedMatrix(
      rows: laneCount, columns: shape.hiddenSize, type: .int8,
      scales: [Float](repeating: 0.01, count: laneCount)
    ) { rows, bytes in
      bytes = [UInt8](repeating: 3, count: rows.count * shape.hiddenSize)
    }
    let states = buffer(shape.layerCount * stride, 0.5)
    let statesAhead = buffer(shape.layerCount * stride, 0.5)
    let steps = buffer(positions * channels, 0.05)
    let tail = buffer((shape.convolutionWidth - 1) * channels, 0.5)
    self.states = states.rows(stride: stride)
    self.statesAhead = statesAhead.rows(stride: stride)
    self.steps = steps.rows(stride: channels)
    self.tail = tail.rows(stride: channels)
    buffers = [states, statesAhead, steps, tail]
  }

  func before(_ layer: Int) -> FloatRows { states.rows(from: layer) }

  func after(_ layer: Int) -> FloatRows { statesAhead.rows(from: layer) }

  func inputs(_ buffers: ActivationBuffers, _ shape: ModelShape) -> ScanInputs {
    ScanInputs(
      x: buffers.convolved, timeStep: steps,
      inputMatrix: buffers.scanRows.columns(from: shape.timeStepRank))
  }

  func output(_ buffers: ActivationBuffers, _ shape: ModelShape) -> ScanOutput {
    ScanOutput(
      outputMatrix: buffers.scanRows.columns(from: shape.timeStepRank + shape.stateSize),
      gate: buffers.gate, y: buffers.scanned)
  }

  /// What softplus may overwrite: it grows by less each time, and stays finite.
  func steps(_ buffers: ActivationBuffers) -> FloatRows { buffers.timeStep }
}
