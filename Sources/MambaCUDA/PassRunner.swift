import Kernels
import Mamba
import Synchronization

/// The shape of a pass: passes of one shape are one graph.
struct PassShape: Hashable {
  let rows: Int
  let segments: Int
  /// Rows of the longest segment.
  let longest: Int
  let logitRows: Int
}

/// Memory that passes compute in, and their graphs. One pass runs at a time.
final class PassRunner {
  private let device: Device
  private let configuration: MambaConfiguration
  private let weights: DeviceWeights
  private let shape: Words
  private let room: Words
  /// Where the host describes a pass.
  private let description: SharedMemory
  private let memories: [DeviceMemory]
  private var graphs: [PassShape: DriverTable.Handle] = [:]
  private(set) var launchesEarly: Bool
  private(set) var captureFailure: CUDAError?
  private var isBusy = false

  /// Passes over few positions; nil when the model or the GPU does not suit.
  private var whole: WholePass?
  /// The scan's inputs of positions that are not recorded.
  private let record: DeviceMemory
  /// Graphs to keep; a program that asks for more begins anew.
  private static let graphLimit = 256

  init(
    _ configuration: MambaConfiguration, weights: DeviceWeights, on device: Device
  ) throws(CUDAError) {
    self.configuration = configuration
    self.weights = weights
    self.device = device
    launchesEarly = device.launchesEarly
    let sizes = PassSizes(configuration)
    shape = sizes.shape
    let rows = Kernel.rowLimit
    let widest = max(weights.head.chunks, weights.layers.first?.input.chunks ?? 0)
    let act = max(2 * rows * widest * TileLayout.chunk, rows * sizes.hidden * 4)
    let selectRows = weights.layers.first?.select.rows ?? 0
    let byteCounts = [
      8 * PassDescription.wordCount, 2 * 4 * rows * sizes.hidden, act, 4 * 2 * rows,
      4 * rows * sizes.inner, 4 * rows * sizes.inner, 4 * 2 * rows * configuration.layerCount,
      4 * 2 * rows * selectRows, 4 * 2 * rows * sizes.hidden,
    ]
    var memories: [DeviceMemory] = []
    for byteCount in byteCounts { memories.append(try DeviceMemory(device, byteCount: byteCount)) }
    self.memories = memories
    room = Words(memories.map(\.address))
    record = try DeviceMemory(device, byteCount: 4 * rows * sizes.recordStride)
    description = try SharedMemory(device, byteCount: 8 * PassDescription.wordCount)
    if let layers = weights.whole {
      whole = try WholePass(configuration, weights: weights, whole: layers, on: device)
    } else {
      whole = nil
    }
    for kernel in device.kernels { try device.allow(kernel, sharedByteCount: sharedLimit) }
  }

  deinit {
    removeGraphs()
  }

  /// Shared memory that a kernel takes when it is launched; a little is its own.
  private var sharedLimit: Int { device.sharedByteCount - (6 << 10) }

  /// Starts a pass; with logits waits for its end.
  func run(_ segments: [PassDescription.Segment]) throws(CUDAError) {
    guard !segments.isEmpty else { return }
    let pass = PassDescription(
      segments, room: record.address, recordStride: PassSizes(configuration).recordStride)
    try device.enter()
    if !runWhole(pass) {
      // The description before is still to be read.
      if isBusy { try wait() }
      pass.write(to: description)
      let graph = try graph(for: pass.shape)
      isBusy = true
      try device.table.check("cuGraphLaunch", device.table.launchGraph(graph, device.stream))
    }
    if pass.shape.logitRows > 0 { try wait() }
  }

  /// Starts a pass in one kernel, where there is one for it.
  private func runWhole(_ pass: PassDescription) -> Bool {
    do throws(CUDAError) {
      return try whole?.run(pass) == true
    } catch {
      // Its blocks do not all fit at once, as when others share the GPU. Other errors come again.
      whole = nil
      return false
    }
  }

  private func wait() throws(CUDAError) {
    try device.table.check(
      "cuStreamSynchronize", device.table.synchronize(device.stream))
    isBusy = false
  }

  private func removeGraphs() {
    for graph in graphs.values { _ = device.table.destroyExecutable(graph) }
    graphs = [:]
  }

  private func graph(for shape: PassShape) throws(CUDAError) -> DriverTable.Handle {
    if let graph = graphs[shape] { return graph }
    if graphs.count >= Self.graphLimit { removeGraphs() }
    let graph: DriverTable.Handle
    do throws(CUDAError) {
      graph = try capture(shape)
    } catch {
      // Drivers before CUDA 12.3 do not capture early launches.
      guard launchesEarly else { throw error }
      captureFailure = error
      launchesEarly = false
      graph = try capture(shape)
    }
    graphs[shape] = graph
    return graph
  }

  private func capture(_ shape: PassShape) throws(CUDAError) -> DriverTable.Handle {
    let table = device.table
    // Relaxed: other threads may go on allocating.
    try table.check("cuStreamBeginCapture", table.beginCapture(device.stream, 2))
    var failure: CUDAError?
    do throws(CUDAError) { try launch(shape) } catch { failure = error }
    var graph: DriverTable.Handle = 0
    let ended = unsafe table.endCapture(device.stream, &graph)
    if let failure {
      if graph != 0 { _ = table.destroyGraph(graph) }
      throw failure
    }
    try table.check("cuStreamEndCapture", ended)
    var executable: DriverTable.Handle = 0
    let made = unsafe table.makeExecutable(&executable, graph, 0)
    _ = table.destroyGraph(graph)
    try table.check("cuGraphInstantiate", made)
    return executable
  }

  private func launch(_ pass: PassShape) throws(CUDAError) {
    let sizes = PassSizes(configuration)
    let host = Words([description.address])
    try launch(
      .begin, rows: pass.rows, grid: (pass.rows, 1), threads: 256,
      [room, shape, weights.embedding.words, host], early: false)
    var before = DeviceMatrix.none
    for (index, layer) in weights.layers.enumerated() {
      if !fuses(pass, layer) {
        try norm(
          layer.norm, rows: pass.rows, before: before, layer: index, next: layer.input,
          selected: false)
      }
      try input(layer, index, pass, before: before)
      try select(layer, index, pass)
      try scan(layer, index, pass, sizes)
      try output(layer, index, pass)
      before = layer.output
    }
    guard pass.logitRows > 0 else { return }
    try norm(
      weights.finalNorm, rows: pass.logitRows, before: before, layer: weights.layers.count,
      next: weights.head, selected: true)
    try head(pass)
  }

  /// Vectors of a norm's width in its shared memory: the position, and what is fetched ahead.
  private static let keptVectors = 5

  private func norm(
    _ norm: Words, rows: Int, before: DeviceMatrix, layer: Int, next: DeviceMatrix,
    selected: Bool
  ) throws(CUDAError) {
    let width = configuration.hiddenSize
    try launch(
      .norm, rows: rows, grid: (rows, 1), threads: width > 1024 ? 512 : 256,
      shared: 4 * width * Self.keptVectors,
      [
        room, shape, norm, before.words, next.words, Words(layer), Words(selected ? 1 : 0),
      ])
  }

  /// Values that each block norms for itself rather than wait for a kernel that does it once.
  private static let fusedSize = 1024

  /// Whether each block of an input kernel norms the positions for itself.
  private func fuses(_ pass: PassShape, _ layer: DeviceLayer) -> Bool {
    let instance = device.instance(.input, rows: pass.rows)
    return pass.rows * configuration.hiddenSize <= Self.fusedSize && instance.size == 8
      && layer.input.kind == .int8
  }

  private func input(
    _ layer: DeviceLayer, _ index: Int, _ pass: PassShape, before: DeviceMatrix
  ) throws(CUDAError) {
    let matrix = layer.input
    var cut = Cut.rows(
      of: matrix, processors: device.processors, warpLimit: warpLimit(.input, pass.rows))
    var sumPlanes = matrix.planes
    if isWide(matrix, .input, pass.rows) {
      cut.warps = Kernel.wideWarps
      // Rows of x, and as many of the gate.
      cut.tiles = 2 * ((matrix.tiles / 2 + device.processors - 1) / device.processors)
      // Each part of the columns has sums of its own.
      sumPlanes *= Kernel.wideWarps * 16 / device.instance(.input, rows: pass.rows).size
    }
    let ring = ringByteCount(matrix, .input, pass.rows)
    // As many segments' tails as kernels.cu fetches ahead.
    let tails = pass.segments <= 8 ? pass.segments * (configuration.convolutionWidth - 1) : 0
    let vectors = pass.rows * (sumPlanes + 1) + 2 + configuration.convolutionWidth + 1 + tails
    let isFused = fuses(pass, layer)
    let normed =
      isFused
      ? matrix.planes * pass.rows * matrix.chunks * TileLayout.chunk
        + 4 * configuration.hiddenSize * Self.keptVectors : 0
    let tileByteCount = 4 * vectors * TileLayout.rows
    if ring > 0 { cut.tiles = min(cut.tiles, (sharedLimit - ring) / tileByteCount / 2 * 2) }
    let sums = tileByteCount * cut.tiles + normed + ring
    cut = cut.staging(matrix, within: stagedLimit(beside: sums))
    try launch(
      .input, rows: pass.rows, grid: ((matrix.tiles + cut.tiles - 1) / cut.tiles, 1),
      threads: 32 * cut.warps, shared: cut.stagedByteCount + sums,
      [
        room, shape, layer.words, Words(index), cut.words, Words(pass.rows),
        Words(zeroed(layer.select, stride: layer.select.rows, pass)), before.words,
        Words(isFused ? 1 : 0),
      ])
  }

  private func select(_ layer: DeviceLayer, _ index: Int, _ pass: PassShape) throws(CUDAError) {
    let matrix = layer.select
    if isWide(matrix, .select, pass.rows) {
      // Two chunks of columns: as many more blocks would add up more sums in the same places.
      let cut = Cut(
        tiles: matrix.tiles, slices: (matrix.chunks + 1) / 2, warps: Kernel.wideWarps)
      return try launchSlices(
        .select, layer, index, pass, of: matrix, cut, grid: (cut.slices, 1))
    }
    // Of more positions there are more sums to add up: fewer blocks share a row.
    let isFew = pass.rows <= 8
    let tiles = isFew ? matrix.tiles : min(6, matrix.tiles)
    let each = (tiles + 7) / 8
    let slice = isFew ? 1 : 2
    var cut = Cut(
      tiles: tiles, slices: (matrix.chunks + slice - 1) / slice, warps: (tiles + each - 1) / each)
    // Each warp has some of the tiles, and all chunks of the slice.
    if matrix.kind == .int8 { cut.stagedPieces = min(each * slice, 16) }
    try launch(
      .select, rows: pass.rows,
      grid: matrix.kind == .int8
        ? (cut.slices, (matrix.tiles + tiles - 1) / tiles) : (matrix.tiles, 1),
      threads: 32 * cut.warps, shared: cut.stagedByteCount,
      [room, shape, layer.words, Words(index), cut.words, Words(pass.rows)])
  }

  private func scan(
    _ layer: DeviceLayer, _ index: Int, _ pass: PassShape, _ sizes: PassSizes
  ) throws(CUDAError) {
    let size = configuration.stateSize
    if let many = ManySegments(layer, pass, configuration, processors: device.processors) {
      return try launch(
        .scanMany, rows: pass.rows, grid: many.grid, threads: ManySegments.channels,
        shared: many.byteCount,
        [
          room, shape, layer.words, Words(index), Words(many.each),
          Words(zeroed(layer.output, stride: sizes.hidden, pass)),
        ])
    }
    if pass.longest == 1 {
      let columns = configuration.timeStepRank + 2 * size
      return try launch(
        .scanOne, rows: pass.rows, grid: (sizes.inner / laneCount, pass.segments), threads: 256,
        shared: 4 * (laneCount * ((size + 3) / 4 * 4 + 4) + columns),
        [
          room, shape, layer.words, Words(index), Words(1),
          Words(zeroed(layer.output, stride: sizes.hidden, pass)),
        ])
    }
    let stride = configuration.timeStepRank + 2 * size | 1
    let wordStride = layer.timeStep.chunks * TileLayout.chunk / 4
    let each = 4 * (stride + laneCount * (size + 1) + layer.timeStep.planes * wordStride)
    let kept = 4 * 2 * (configuration.timeStepRank + 2 * size)
    let together = max(1, min(16, pass.longest, (sharedLimit - kept) / each))
    try launch(
      .scan, rows: pass.rows, grid: (sizes.inner / laneCount, pass.segments), threads: 256,
      shared: together * each + kept,
      [
        room, shape, layer.words, Words(index), Words(together),
        Words(zeroed(layer.output, stride: sizes.hidden, pass)),
      ])
  }

  private func output(_ layer: DeviceLayer, _ index: Int, _ pass: PassShape) throws(CUDAError) {
    let matrix = layer.output
    let limit = warpLimit(.output, pass.rows)
    if isWide(matrix, .output, pass.rows) {
      let cut = Cut.wide(of: matrix, processors: device.processors)
      return try launchSlices(
        .output, layer, index, pass, of: matrix, cut,
        grid: ((matrix.tiles + cut.tiles - 1) / cut.tiles, cut.slices))
    }
    var cut =
      matrix.kind == .int8
      ? Cut.rowsAndColumns(of: matrix, processors: device.processors, warpLimit: limit)
      : Cut(tiles: 1, warps: limit)
    let sums = 4 * pass.rows * cut.tiles * TileLayout.rows * matrix.planes
    cut = cut.staging(matrix, within: stagedLimit(beside: sums))
    try launch(
      .output, rows: pass.rows,
      grid: ((matrix.tiles + cut.tiles - 1) / cut.tiles, cut.slices), threads: 32 * cut.warps,
      shared: cut.stagedByteCount + sums,
      [room, shape, layer.words, Words(index), cut.words, Words(pass.rows)])
  }

  private func head(_ pass: PassShape) throws(CUDAError) {
    let matrix = weights.head
    var cut = Cut.rows(
      of: matrix, processors: device.processors, warpLimit: warpLimit(.head, pass.logitRows))
    cut.tiles = min(cut.tiles, 8)
    if isWide(matrix, .head, pass.logitRows) { cut.warps = Kernel.wideWarps }
    let blocks = min((matrix.tiles + cut.tiles - 1) / cut.tiles, 2 * device.processors)
    let sums =
      4 * pass.logitRows * cut.tiles * TileLayout.rows * matrix.planes
      + ringByteCount(matrix, .head, pass.logitRows)
    cut = cut.staging(matrix, within: stagedLimit(beside: sums))
    try launch(
      .head, rows: pass.logitRows, grid: (blocks, 1), threads: 32 * cut.warps,
      shared: cut.stagedByteCount + sums,
      [room, shape, matrix.words, cut.words, Words(pass.logitRows)])
  }

  private func warpLimit(_ name: Kernel.Name, _ rows: Int) -> Int {
    device.threadLimit(device.instance(name, rows: rows)) / 32
  }

  private func isWide(_ matrix: DeviceMatrix, _ name: Kernel.Name, _ rows: Int) -> Bool {
    matrix.kind == .int8 && device.isWide(device.instance(name, rows: rows))
  }

  /// What the warps of a wide product fetch ahead of the positions.
  private func ringByteCount(_ matrix: DeviceMatrix, _ name: Kernel.Name, _ rows: Int) -> Int {
    isWide(matrix, name, rows) ? Kernel.wideWarps * Kernel.ringByteCount : 0
  }

  /// A wide product whose blocks quantise a slice of the columns: they need room for its bytes and sums.
  private func launchSlices(
    _ name: Kernel.Name, _ layer: DeviceLayer, _ index: Int, _ pass: PassShape,
    of matrix: DeviceMatrix, _ cut: Cut, grid: (Int, Int)
  ) throws(CUDAError) {
    let chunks = (matrix.chunks + cut.slices - 1) / cut.slices
    let bytes =
      pass.rows * ((chunks | 1) * TileLayout.chunk + 4 * (cut.tiles * TileLayout.rows + 4))
    let cut = cut.staging(matrix, within: stagedLimit(beside: bytes))
    try launch(
      name, rows: pass.rows, grid: grid, threads: 32 * cut.warps,
      shared: cut.stagedByteCount + bytes,
      [room, shape, layer.words, Words(index), cut.words, Words(pass.rows)])
  }

  /// Less than half of a processor's memory, so that the next kernel's weights find room beside.
  private func stagedLimit(beside sums: Int) -> Int {
    max(0, min(sharedLimit - sums, 116 << 10))
  }

  /// Sums that a kernel sets to zero for one that follows.
  private func zeroed(_ matrix: DeviceMatrix, stride: Int, _ pass: PassShape) -> Int {
    guard matrix.kind == .int8 else { return 0 }
    return matrix.planes == 1 ? pass.rows * stride : 2 * Kernel.rowLimit * stride
  }

  private func launch(
    _ name: Kernel.Name, rows: Int, grid: (Int, Int), threads: Int, shared: Int = 0,
    _ arguments: [Words], early: Bool = true
  ) throws(CUDAError) {
    try device.launch(
      device.instance(name, rows: rows), grid: grid, threads: threads, shared: shared, arguments,
      early && launchesEarly ? .early : .inOrder)
  }

  /// Brings a sequence's state to a position of its recorded window.
  func settle(
    record: DeviceMemory, scans: DeviceMemory, tails: DeviceMemory, windowLimit: Int, count: Int,
    replays: Bool
  ) throws(CUDAError) {
    let sizes = PassSizes(configuration)
    try device.enter()
    try device.launch(
      Kernel(.settle), grid: (sizes.inner / laneCount, configuration.layerCount), threads: 256,
      shared: 0,
      [shape]
        + [weights.decays, record, scans, tails].map { Words([$0.address]) }
        + [sizes.recordStride, windowLimit, count, replays ? 1 : 0].map { Words($0) })
  }
}

/// How a scan of many segments of one position each is cut; see `scan_many` in kernels.cu.
private struct ManySegments {
  /// Of a block.
  static let channels = 128
  private static let limit = 4
  private static let stateSize = 16
  private static let stateStride = 20
  private static let stepChunks = 2

  /// Segments of a block.
  let each: Int
  let grid: (Int, Int)
  let byteCount: Int

  /// Nil where the pass or the model does not suit.
  init?(
    _ layer: DeviceLayer, _ pass: PassShape, _ configuration: MambaConfiguration, processors: Int
  ) {
    let step = layer.timeStep
    guard pass.longest == 1, pass.segments > Self.limit, configuration.stateSize == Self.stateSize,
      [layer.select, step].allSatisfy({ $0.kind == .int8 && $0.planes == 1 }),
      step.chunks <= Self.stepChunks
    else { return nil }
    let columns = configuration.timeStepRank + 2 * Self.stateSize
    let groups = (paddedCount(configuration.innerSize) + Self.channels - 1) / Self.channels
    // Two blocks a processor, where there are so many.
    each = max(1, min(Self.limit, groups * pass.segments / (2 * processors)))
    grid = (groups, (pass.segments + each - 1) / each)
    byteCount =
      each
      * (4 * Self.channels * Self.stateStride + step.chunks * TileLayout.chunk + 4 * columns)
      + 8 * columns
  }
}

/// Sizes that follow from a model's shape, in floats.
struct PassSizes {
  let hidden: Int
  let inner: Int
  /// What is kept of a position in a layer: the convolution's input and output, the step size, B.
  let recordStride: Int
  /// The structure `Shape` of kernels.cu.
  let shape: Words

  init(_ configuration: MambaConfiguration) {
    hidden = paddedCount(configuration.hiddenSize)
    inner = paddedCount(configuration.innerSize)
    recordStride = 3 * inner + paddedCount(configuration.stateSize)
    shape = Words(
      configuration.hiddenSize, hidden, configuration.innerSize, inner, configuration.stateSize,
      configuration.timeStepRank, configuration.convolutionWidth, configuration.layerCount)
  }
}
