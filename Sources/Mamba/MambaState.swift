import Kernels

/// What a model remembers of everything that it has consumed: for each layer the scan's state and
/// the convolution's last inputs. A value: copies do not affect each other. Its size does not
/// depend on how much was consumed.
package struct MambaState: Sendable {
  /// [layers][channel blocks][state size][16]
  private var scan: FloatBuffer
  /// [layers][convolution width - 1][padded channels], oldest first.
  private var tails: FloatBuffer
  private let layout: StateLayout

  /// The state before the first token.
  package init(_ configuration: MambaConfiguration) {
    layout = StateLayout(configuration)
    scan = FloatBuffer(count: layout.scanCount)
    tails = FloatBuffer(count: layout.tailCount)
  }

  /// Becomes equal to another state of the same model, reusing its own memory.
  package mutating func assign(_ other: MambaState) {
    FloatBuffer.makeUnique(&scan, copying: false)
    FloatBuffer.makeUnique(&tails, copying: false)
    scan.copy(from: other.scan)
    tails.copy(from: other.tails)
  }

  /// The memory to read from, while this value is not changed.
  var memory: StateMemory { StateMemory(scan: scan, tails: tails, layout: layout) }

  /// The memory to write to, after a copy if another value shares it.
  mutating func uniqueMemory() -> StateMemory {
    FloatBuffer.makeUnique(&scan, copying: true)
    FloatBuffer.makeUnique(&tails, copying: true)
    return memory
  }

  /// Trades the scan states for those of another buffer.
  mutating func exchangeScan(with other: inout FloatBuffer) {
    precondition(other.count == scan.count)
    swap(&scan, &other)
  }

  /// Every float of the state, scan states first: to compare states bit by bit.
  package var bitPatterns: [UInt32] {
    [scan, tails].flatMap { buffer in (0..<buffer.count).map { buffer[$0].bitPattern } }
  }
}

/// Where the layers lie in a state.
struct StateLayout: Sendable {
  let scanCount: Int
  let tailCount: Int
  let scanStride: Int
  let tailStride: Int
  /// Channels in whole blocks of lanes.
  let channels: Int
  let innerSize: Int
  let layerCount: Int
  let stateSize: Int
  /// Inputs that a convolution remembers.
  let tailLength: Int

  init(_ configuration: MambaConfiguration) {
    channels = configuration.paddedInnerSize
    innerSize = configuration.innerSize
    layerCount = configuration.layerCount
    stateSize = configuration.stateSize
    tailLength = configuration.convolutionWidth - 1
    scanStride = channels * stateSize
    tailStride = channels * tailLength
    scanCount = layerCount * scanStride
    tailCount = layerCount * tailStride
  }
}

/// The memory of a state, for the passes that read and write it.
struct StateMemory: Sendable {
  let scan: FloatBuffer
  let tails: FloatBuffer
  let layout: StateLayout

  func scanRows(layer: Int) -> FloatRows {
    scan.rows(stride: layout.scanStride, from: layer * layout.scanStride)
  }

  func tailRows(layer: Int) -> FloatRows {
    tails.rows(stride: layout.channels, from: layer * layout.tailStride)
  }

  /// The same tails with other scan states.
  func replacingScan(_ scan: FloatBuffer) -> StateMemory {
    StateMemory(scan: scan, tails: tails, layout: layout)
  }
}

extension FloatBuffer {
  /// Replaces a buffer that others hold too.
  static func makeUnique(_ buffer: inout FloatBuffer, copying: Bool) {
    guard !isKnownUniquelyReferenced(&buffer) else { return }
    let shared = buffer
    buffer = FloatBuffer(count: shared.count)
    if copying { buffer.copy(from: shared) }
  }
}
