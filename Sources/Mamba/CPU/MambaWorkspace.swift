import Kernels

/// From one row of a buffer to the next: a cache line more than its width. Widths are powers of two
/// mostly, and the same channel of all rows would fall into a single set of the cache.
private func rowStride(_ width: Int) -> Int { width + laneCount }

/// The buffers that a pass computes in.
final class MambaWorkspace: Sendable {
  /// The most rows of a pass.
  let rowLimit: Int
  /// The most rows of logits.
  let logitLimit: Int
  /// Whether each layer has buffers of its own, for a replay, or all have the same.
  let isRecording: Bool

  /// [rows][hidden]: the residual stream.
  let hidden: FloatRows
  /// A member's own rows: [members][rows][hidden].
  private let normed: FloatRows
  /// [rows][inner]: the gate before SiLU.
  let gate: FloatRows
  /// [rows][inner]: the scan's output.
  let scanned: FloatRows
  /// [rows of logits][vocabulary]
  let logits: FloatRows
  /// [rows]: what members quantise together, in turn for each product.
  let quantized: SharedActivations
  /// What the rows lie in.
  private let memory: FloatBuffer
  private let layers: [LayerBuffers]

  init(
    _ configuration: MambaConfiguration, rowLimit: Int, logitLimit: Int, isRecording: Bool,
    members: Int
  ) {
    self.rowLimit = rowLimit
    self.logitLimit = logitLimit
    self.isRecording = isRecording
    let (hidden, inner) = (
      rowStride(configuration.paddedHiddenSize), rowStride(configuration.paddedInnerSize)
    )
    let vocabulary = paddedCount(configuration.vocabularySize)
    let quantized = Self.quantizedStride(configuration)
    let memory = FloatBuffer(
      count: paddedCount(rowLimit) + rowLimit * (hidden * (1 + members) + 2 * inner + quantized)
        + logitLimit * vocabulary)
    var end = 0
    func rows(_ width: Int, _ count: Int) -> FloatRows {
      defer { end += width * count }
      return memory.rows(stride: width, from: end)
    }
    self.hidden = rows(hidden, rowLimit)
    normed = rows(hidden, rowLimit * members)
    gate = rows(inner, rowLimit)
    scanned = rows(inner, rowLimit)
    logits = rows(vocabulary, logitLimit)
    let quantizedRows = rows(quantized, rowLimit)
    self.quantized = SharedActivations(
      rows: quantizedRows, scales: rows(paddedCount(rowLimit), 1))
    self.memory = memory
    let shared = LayerBuffers(configuration, positions: rowLimit)
    layers = (0..<configuration.layerCount).map { index in
      !isRecording || index == 0 ? shared : LayerBuffers(configuration, positions: rowLimit)
    }
  }

  /// Memory that the buffers take, in bytes; sizes within their limits do not overflow.
  static func byteCount(
    of configuration: MambaConfiguration, rowLimit: Int, logitLimit: Int, isRecording: Bool,
    members: Int
  ) -> Int {
    let (hidden, inner) = (
      rowStride(configuration.paddedHiddenSize), rowStride(configuration.paddedInnerSize)
    )
    let layer = 3 * inner + rowStride(configuration.paddedScanRows)
    let layers = isRecording ? configuration.layerCount : 1
    return 4
      * (paddedCount(rowLimit)
        + rowLimit
        * (hidden * (1 + members) + 2 * inner + layers * layer + quantizedStride(configuration))
        + logitLimit * paddedCount(configuration.vocabularySize))
  }

  private static func quantizedStride(_ configuration: MambaConfiguration) -> Int {
    rowStride(
      paddedCount(
        SharedActivations.width(
          columns: max(configuration.paddedHiddenSize, configuration.paddedInnerSize))))
  }

  func normed(of member: Int) -> FloatRows { normed.rows(from: member * rowLimit) }

  func buffers(layer: Int) -> LayerBuffers { layers[layer] }
}

/// What one layer computes on the way to its scan: what a replay reads.
final class LayerBuffers: Sendable {
  /// [positions][inner]: the convolution's inputs.
  let input: FloatRows
  /// [positions][inner]: after convolution and SiLU.
  let convolved: FloatRows
  /// [positions][inner]: the step size, after softplus.
  let timeStep: FloatRows
  /// [positions][time step rank + 2 state]: the low-rank step size, B and C.
  let scanRows: FloatRows
  /// B: [positions][state]
  let inputMatrix: FloatRows
  /// C: [positions][state]
  let outputMatrix: FloatRows

  /// What the rows lie in.
  private let memory: FloatBuffer

  init(_ configuration: MambaConfiguration, positions: Int) {
    let (inner, scan) = (
      rowStride(configuration.paddedInnerSize), rowStride(configuration.paddedScanRows)
    )
    memory = FloatBuffer(count: positions * (3 * inner + scan))
    input = memory.rows(stride: inner)
    convolved = memory.rows(stride: inner, from: positions * inner)
    timeStep = memory.rows(stride: inner, from: positions * 2 * inner)
    scanRows = memory.rows(stride: scan, from: positions * 3 * inner)
    inputMatrix = scanRows.columns(from: configuration.timeStepRank)
    outputMatrix = scanRows.columns(
      from: configuration.timeStepRank + configuration.stateSize)
  }

  /// What a scan reads from a row on.
  func scanInputs(from row: Int) -> ScanInputs {
    ScanInputs(
      x: convolved.rows(from: row), timeStep: timeStep.rows(from: row),
      inputMatrix: inputMatrix.rows(from: row))
  }
}
