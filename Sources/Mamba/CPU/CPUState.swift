import Kernels

/// A state as the kernels read it, channels in blocks of lanes.
final class CPUState: StateSnapshot {
  /// [layers][channel blocks][state size][16]
  var scan: FloatBuffer
  /// [layers][convolution width - 1][padded channels], oldest first.
  private let tails: FloatBuffer
  private let layout: StateLayout

  /// The state before the first token.
  init(_ configuration: MambaConfiguration) {
    layout = StateLayout(configuration)
    scan = FloatBuffer(count: layout.scanCount)
    tails = FloatBuffer(count: layout.tailCount)
  }

  /// Becomes equal to another state of the same model.
  func copy(from other: CPUState) {
    scan.copy(from: other.scan)
    tails.copy(from: other.tails)
  }

  /// The memory, for a pass, with other scan states where there are some.
  func memory(scan other: FloatBuffer? = nil) -> StateMemory {
    StateMemory(
      scan: (other ?? scan).rows(stride: layout.scanStride),
      tails: tails.rows(stride: layout.channels), tailLength: layout.tailLength)
  }

  /// The values in the order that all devices share.
  var stored: MambaState {
    get {
      var values: [Float] = []
      values.reserveCapacity(layout.storedCount)
      layout.forEachStored { place in values.append(buffer(of: place)[place.index]) }
      return MambaState(values: values)
    }
    set {
      precondition(newValue.values.count == layout.storedCount, "a state of another model")
      var values = newValue.values[...]
      layout.forEachStored { place in buffer(of: place)[place.index] = values.removeFirst() }
    }
  }

  private func buffer(of place: StateLayout.Place) -> FloatBuffer { place.isScan ? scan : tails }
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

  /// Where a value lies in memory.
  struct Place {
    /// Whether it is a scan's.
    let isScan: Bool
    /// Its index in the buffer.
    let index: Int
  }

  /// Values of a state without padding.
  var storedCount: Int { layerCount * innerSize * (stateSize + tailLength) }

  /// Visits the values in the order in which they are stored.
  func forEachStored(_ body: (Place) -> Void) {
    for layer in 0..<layerCount {
      for channel in 0..<innerSize {
        let block = layer * scanStride + channel / laneCount * laneCount * stateSize
        for value in 0..<stateSize {
          body(Place(isScan: true, index: block + value * laneCount + channel % laneCount))
        }
      }
    }
    for row in 0..<layerCount * tailLength {
      for channel in 0..<innerSize {
        body(Place(isScan: false, index: row * channels + channel))
      }
    }
  }
}

/// The memory of a state, for the passes that read and write it.
struct StateMemory: Sendable {
  private let scan: FloatRows
  private let tails: FloatRows
  private let tailLength: Int

  fileprivate init(scan: FloatRows, tails: FloatRows, tailLength: Int) {
    self.scan = scan
    self.tails = tails
    self.tailLength = tailLength
  }

  func scanRows(layer: Int) -> FloatRows { scan.rows(from: layer) }

  func tailRows(layer: Int) -> FloatRows { tails.rows(from: layer * tailLength) }
}
