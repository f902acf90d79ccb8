import Kernels

/// The buffers that a pass computes in. Each session owns one.
final class MambaWorkspace: Sendable {
  /// The most positions of a pass whose layers are not recorded.
  let chunkLimit: Int

  /// [positions][hidden]: the residual stream.
  let hidden: FloatRows
  /// A member's own rows: [members][positions][hidden].
  private let normed: FloatRows
  /// [positions][inner]: the gate before SiLU.
  let gate: FloatRows
  /// [positions][inner]: the scan's output.
  let scanned: FloatRows
  /// [positions][vocabulary]
  let logits: FloatRows
  /// Where layers put what a replay needs, when they are recorded; else the scratch for all.
  private let recorded: [Reference<LayerBuffers>]
  private let scratch: Reference<LayerBuffers>

  init(
    _ configuration: MambaConfiguration, windowLimit: Int, chunkLimit: Int, members: Int
  ) {
    self.chunkLimit = chunkLimit
    let positions = max(windowLimit, chunkLimit)
    func rows(_ width: Int, _ count: Int) -> FloatRows {
      FloatBuffer(count: width * count).rows(stride: width)
    }
    hidden = rows(configuration.paddedHiddenSize, positions)
    normed = rows(configuration.paddedHiddenSize, positions * members)
    gate = rows(configuration.paddedInnerSize, positions)
    scanned = rows(configuration.paddedInnerSize, positions)
    logits = rows(paddedCount(configuration.vocabularySize), windowLimit)
    scratch = Reference(LayerBuffers(configuration, positions: chunkLimit))
    recorded = (0..<configuration.layerCount).map { _ in
      Reference(LayerBuffers(configuration, positions: windowLimit))
    }
    positionLimit = positions
  }

  private let positionLimit: Int

  /// Memory that the buffers take, in bytes; sizes within their limits do not overflow.
  static func byteCount(
    of configuration: MambaConfiguration, windowLimit: Int, chunkLimit: Int, members: Int
  ) -> Int {
    let (hidden, inner) = (configuration.paddedHiddenSize, configuration.paddedInnerSize)
    let layer = 3 * inner + configuration.paddedScanRows
    return 4
      * (max(windowLimit, chunkLimit) * (hidden * (1 + members) + 2 * inner)
        + windowLimit * paddedCount(configuration.vocabularySize)
        + (chunkLimit + configuration.layerCount * windowLimit) * layer)
  }

  func normed(of member: Int) -> FloatRows { normed.rows(from: member * positionLimit) }

  func buffers(layer: Int, isRecorded: Bool) -> Reference<LayerBuffers> {
    isRecorded ? recorded[layer] : scratch
  }
}

/// What one layer computes on the way to its scan: what a replay reads.
struct LayerBuffers: Sendable {
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

  init(_ configuration: MambaConfiguration, positions: Int) {
    func rows(_ width: Int) -> FloatRows {
      FloatBuffer(count: width * positions).rows(stride: width)
    }
    input = rows(configuration.paddedInnerSize)
    convolved = rows(configuration.paddedInnerSize)
    timeStep = rows(configuration.paddedInnerSize)
    scanRows = rows(configuration.paddedScanRows)
    inputMatrix = scanRows.columns(from: configuration.timeStepRank)
    outputMatrix = scanRows.columns(
      from: configuration.timeStepRank + configuration.stateSize)
  }

  var scanInputs: ScanInputs {
    ScanInputs(x: convolved, timeStep: timeStep, inputMatrix: inputMatrix)
  }
}
