import Kernels
import Mamba

/// One sequence on the GPU: its state, the record of a window, and the logits where the host reads
/// them.
final class CUDASequence: MambaSequence {
  let windowLimit: Int
  var chunkLimit: Int { Kernel.rowLimit }

  private let backend: CUDABackend
  private let sizes: PassSizes
  /// [layers][inner][state]
  private var scans: DeviceMemory
  /// The scan states after a recorded window; those before it are kept until it is settled.
  private var scansAhead: DeviceMemory
  /// [layers][convolution width - 1][inner], oldest first.
  private let tails: DeviceMemory
  /// [layers][window limit][record stride]
  private let record: DeviceMemory
  /// [window limit][vocabulary], padded.
  private let logits: SharedMemory

  private var configuration: MambaConfiguration { backend.configuration }
  private var vocabularySize: Int { paddedCount(configuration.vocabularySize) }

  init(backend: CUDABackend, windowLimit: Int) throws(CUDAError) {
    self.backend = backend
    self.windowLimit = windowLimit
    let configuration = backend.configuration
    let sizes = PassSizes(configuration)
    self.sizes = sizes
    let layers = configuration.layerCount
    let device = backend.gpu
    let scanByteCount = 4 * layers * sizes.inner * configuration.stateSize
    scans = try DeviceMemory(device, byteCount: scanByteCount)
    scansAhead = try DeviceMemory(device, byteCount: scanByteCount)
    tails = try DeviceMemory(
      device, byteCount: 4 * layers * sizes.inner * (configuration.convolutionWidth - 1))
    record = try DeviceMemory(device, byteCount: 4 * layers * windowLimit * sizes.recordStride)
    logits = try SharedMemory(
      device, byteCount: 4 * windowLimit * paddedCount(configuration.vocabularySize))
  }

  /// What the kernels are told of a segment of this sequence.
  func part(of segment: PassSegment) -> PassDescription.Segment {
    precondition(segment.tokens.count <= (segment.isRecorded ? windowLimit : chunkLimit))
    var wanted: [(position: Int, target: UInt64)] = []
    var tiles = 0..<0
    if let (positions, rows) = segment.positionsWithLogits(of: configuration) {
      wanted = positions.map { position in
        let row = position - positions.lowerBound
        return (position, logits.address + UInt64(4 * row * vocabularySize))
      }
      let size = TileLayout.rows
      tiles = rows.lowerBound / size..<(rows.upperBound + size - 1) / size
    }
    return PassDescription.Segment(
      tokens: segment.tokens, scanIn: scans.address,
      scanOut: segment.isRecorded ? scansAhead.address : scans.address, tails: tails.address,
      record: segment.isRecorded ? record.address : nil,
      layerStride: windowLimit * sizes.recordStride, logits: wanted, tiles: tiles)
  }

  func settle(first count: Int, of window: Int) {
    let isWhole = count == window
    if isWhole { swap(&scans, &scansAhead) }
    backend.withRunner { runner throws(CUDAError) in
      try runner.settle(
        record: record, scans: scans, tails: tails, windowLimit: windowLimit, count: count,
        replays: !isWhole)
    }
  }

  func withLogits<Result, E: Error>(
    row: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    try logits.withFloats(
      from: row * vocabularySize, count: configuration.vocabularySize, body)
  }

  func firstNonFinite(row: Int, in columns: Range<Int>) -> Int? {
    // What a device that failed left behind is not to be used.
    if backend.lastFailure != nil { return columns.lowerBound }
    return withLogits(row: row) { $0.extracting(columns).firstNonFinite }
      .map { columns.lowerBound + $0 }
  }

  var failure: String? { backend.lastFailure?.description }

  func makeSnapshot() -> any StateSnapshot {
    var snapshot: CUDASnapshot?
    backend.attempt { () throws(CUDAError) in
      snapshot = CUDASnapshot(
        scans: try DeviceMemory(backend.gpu, byteCount: scans.byteCount),
        tails: try DeviceMemory(backend.gpu, byteCount: tails.byteCount))
    }
    return snapshot ?? CUDASnapshot(scans: scans, tails: tails)
  }

  func save(into snapshot: any StateSnapshot) {
    let snapshot = CUDASnapshot.of(snapshot)
    backend.attempt { () throws(CUDAError) in
      try snapshot.scans.copy(from: scans)
      try snapshot.tails.copy(from: tails)
    }
  }

  func restore(_ snapshot: any StateSnapshot) {
    let snapshot = CUDASnapshot.of(snapshot)
    backend.attempt { () throws(CUDAError) in
      try scans.copy(from: snapshot.scans)
      try tails.copy(from: snapshot.tails)
    }
  }

  func copyState(of other: any MambaSequence) {
    guard let other = other as? CUDASequence else {
      precondition(other is FailedSequence, "a sequence of another device")
      return
    }
    backend.attempt { () throws(CUDAError) in
      try scans.copy(from: other.scans)
      try tails.copy(from: other.tails)
    }
  }

  var state: MambaState {
    get {
      var values: [Float] = []
      backend.attempt { () throws(CUDAError) in
        let size = configuration.stateSize
        values += unpadded(
          try scans.read(floats: scans.byteCount / 4), rows: configuration.layerCount,
          width: configuration.innerSize * size, stride: sizes.inner * size)
        let rows = configuration.layerCount * (configuration.convolutionWidth - 1)
        guard rows > 0 else { return }
        values += unpadded(
          try tails.read(floats: rows * sizes.inner), rows: rows, width: configuration.innerSize,
          stride: sizes.inner)
      }
      // Of a device that failed nothing is to be used.
      return backend.lastFailure == nil ? MambaState(values: values) : MambaState(configuration)
    }
    set {
      let size = configuration.stateSize, layers = configuration.layerCount
      let scanCount = layers * configuration.innerSize * size
      let rows = layers * (configuration.convolutionWidth - 1)
      precondition(newValue.values.count == scanCount + rows * configuration.innerSize)
      backend.attempt { () throws(CUDAError) in
        try scans.write(
          padded(
            newValue.values[..<scanCount], rows: layers, width: configuration.innerSize * size,
            stride: sizes.inner * size))
        try tails.write(
          padded(
            newValue.values[scanCount...], rows: rows, width: configuration.innerSize,
            stride: sizes.inner))
      }
    }
  }
}

/// A copy of a state on the GPU.
private final class CUDASnapshot: StateSnapshot {
  let scans: DeviceMemory
  let tails: DeviceMemory

  init(scans: DeviceMemory, tails: DeviceMemory) {
    self.scans = scans
    self.tails = tails
  }

  static func of(_ snapshot: any StateSnapshot) -> CUDASnapshot {
    guard let snapshot = snapshot as? CUDASnapshot else {
      preconditionFailure("a snapshot of another device")
    }
    return snapshot
  }
}

private func unpadded(_ values: [Float], rows: Int, width: Int, stride: Int) -> [Float] {
  (0..<rows).flatMap { values[$0 * stride..<$0 * stride + width] }
}

private func padded(_ values: ArraySlice<Float>, rows: Int, width: Int, stride: Int) -> [Float] {
  var result = [Float](repeating: 0, count: rows * stride)
  for row in 0..<rows {
    for column in 0..<width {
      result[row * stride + column] = values[values.startIndex + row * width + column]
    }
  }
  return result
}

extension PassSegment {
  /// The positions that logits follow, and the part of the vocabulary.
  fileprivate func positionsWithLogits(
    of configuration: MambaConfiguration
  ) -> (positions: Range<Int>, rows: Range<Int>)? {
    switch logits {
    case .none: nil
    case .all: (0..<tokens.count, 0..<configuration.vocabularySize)
    case .last(let rows): (tokens.count - 1..<tokens.count, rows)
    }
  }
}
