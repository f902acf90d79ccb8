import Kernels
import Mamba

/// Passes over few positions in one kernel, whose blocks own channels: see whole_pass.cu.
final class WholePass {
  private let device: Device
  private let configuration: MambaConfiguration
  private let weights: WholePassWeights
  private let shape: Words
  private let embedding: DeviceMatrix
  private let head: DeviceMatrix
  private let meeting: Words
  private let memories: [DeviceMemory]
  /// Layers of all passes so far, and arrivals at barriers: blocks tell by them which exchange they are in.
  private var layersBefore = 0
  private var arrivalsBefore: UInt32 = 0

  /// Positions of a pass at most.
  static let rowLimit = 16
  private static let threads = 512
  /// How far fours of sums lie apart.
  private static let wordStride = 16
  /// Rows of x_proj at most, by the size of the kernel.
  private static let selectLimits = [1: 512, 8: 256, 16: 192]

  private var layout: WholePassLayout { weights.layout }

  init(
    _ configuration: MambaConfiguration, weights: DeviceWeights, whole: WholePassWeights,
    on device: Device
  ) throws(CUDAError) {
    self.device = device
    self.configuration = configuration
    self.weights = whole
    embedding = weights.embedding
    head = weights.head
    let sizes = PassSizes(configuration)
    shape = sizes.shape
    let layout = whole.layout, rows = Self.rowLimit
    let channels = layout.blocks * layout.channels
    let byteStride = TileLayout.chunks(of: channels) * TileLayout.chunk
    let byteCounts = [
      4, 8 * 2 * rows * layout.blocks,
      8 * ((rows / 2 * layout.selectRows + 3) / 4) * Self.wordStride,
      8 * channels, 8 * rows * sizes.hidden, 2 * rows * byteStride,
      rows * layout.hiddenChunks * TileLayout.chunk, 4 * rows,
    ]
    var memories: [DeviceMemory] = []
    for byteCount in byteCounts { memories.append(try DeviceMemory(device, byteCount: byteCount)) }
    self.memories = memories
    var words = memories.map(\.address)
    words.insert(UInt64(byteStride), at: 6)
    meeting = Words(words)
    for rows in [1, 8, 16] {
      try device.allow(Kernel(.pass, rows: rows), sharedByteCount: device.sharedByteCount)
    }
  }

  /// Starts a pass; false when it needs more room than a block has.
  func run(_ pass: PassDescription) throws(CUDAError) -> Bool {
    let shape = pass.shape
    let kernel = Kernel(.pass, rows: shape.rows)
    // Of several positions a block each norms one.
    guard shape.rows <= Self.rowLimit, shape.rows == 1 || shape.rows <= layout.blocks,
      layout.selectRows <= Self.selectLimits[kernel.size] ?? 0,
      let places = places(for: shape)
    else { return false }
    let words = pass.words(
      rowLimit: Self.rowLimit, header: Words(layersBefore, Int(arrivalsBefore)))
    layersBefore += configuration.layerCount
    if shape.rows > 1 {
      arrivalsBefore &+= UInt32(
        configuration.layerCount * (layout.blocks + shape.rows) + shape.logitRows)
    }
    try device.launch(
      kernel, grid: (layout.blocks, 1), threads: Self.threads,
      shared: places.byteCount,
      [
        weights.plan, self.shape, places.words, meeting, embedding.words, head.words, words,
      ], .together)
    return true
  }

  /// Where things lie in a block's memory; nil when they do not fit.
  private func places(for pass: PassShape) -> (words: Words, byteCount: Int)? {
    let rows = Kernel(.pass, rows: pass.rows).size, channels = layout.channels
    let size = configuration.stateSize, inner = layout.blocks * channels
    // 64 more than whole chunks, so that positions lie in other banks.
    let actStride = layout.hiddenChunks * TileLayout.chunk + 64
    let tile = layout.hiddenChunks * TileLayout.chunk * TileLayout.rows
    let outputRows = layout.outputTiles * TileLayout.rows
    var fixed = [
      layout.outputSize, layout.smallSize,
      max(
        rows * actStride, 4 * channels * rows * (size + 4),
        rows == 1 ? TileLayout.chunks(of: inner) * TileLayout.chunk : 0),
      4
        * max(
          (configuration.hiddenSize + 255) / 256 * 256 + 32,
          rows == 1
            ? layout.stepChunks * TileLayout.chunk + 2 * size : rows * (layout.selectRows | 1)),
      rows * layout.stepChunks * TileLayout.chunk,
      4 * rows * max(2 * channels, outputRows, WholePassLayout.group * TileLayout.rows),
      4 * rows * channels, 4 * rows * channels, rows * layout.units * WholePassLayout.unit,
      4 * pass.segments * (configuration.convolutionWidth - 1) * channels, 4 * Self.threads,
      4 * rows * outputRows, 8 * (7 + Self.rowLimit * 13), 640,
    ]
    let taken = fixed.reduce(0) { $0 + ($1 + 15) / 16 * 16 }
    let room = device.sharedByteCount - taken
    guard room >= layout.inputSize else { return nil }
    // The head's tiles are fetched to where in_proj was, in whole groups.
    let tiles = (head.tiles + layout.blocks - 1) / layout.blocks
    let staged =
      room / tile >= tiles ? tiles : room / tile / WholePassLayout.group * WholePassLayout.group
    fixed.insert(max(layout.inputSize, staged * tile), at: 0)
    var offsets: [Int] = []
    var end = 0
    for byteCount in fixed {
      offsets.append(end)
      end += (byteCount + 15) / 16 * 16
    }
    return (Words(offsets.map { UInt64($0) }) + Words(actStride, staged), end)
  }
}

/// How a model's channels are dealt out to blocks, and how large the parts of a block's weights are.
struct WholePassLayout: Equatable {
  /// Columns of a product over a block's channels; tiles of the head that are multiplied together.
  static let unit = 16
  static let group = 8
  /// What whole_pass.cu holds in registers and in half-warps.
  private static let channelLimit = 32
  private static let hiddenLimit = 2048
  private static let convolutionLimit = 17
  private static let blockLimit = 192

  /// Of a block; a multiple of 4.
  let channels: Int
  let blocks: Int
  let units: Int
  let hiddenChunks: Int
  let stepChunks: Int
  /// Rows of x_proj.
  let selectRows: Int
  let inputTiles: Int
  let outputTiles: Int
  /// Bytes of in_proj, of out_proj, of the rest.
  let inputSize: Int
  let outputSize: Int
  let smallSize: Int
  /// Where out_proj's scales begin in its part; in the rest dt_proj and the vectors.
  let outputVectorsAt: Int
  let stepAt: Int
  let vectorsAt: Int

  var blockSize: Int { inputSize + outputSize + smallSize }

  /// Nil when the model does not suit, or the GPU.
  init?(_ configuration: MambaConfiguration, processors: Int) {
    let inner = configuration.innerSize, hidden = configuration.hiddenSize
    channels = ((inner + processors - 1) / processors + 3) / 4 * 4
    guard channels <= Self.channelLimit, hidden <= Self.hiddenLimit, inner <= 2 * Self.hiddenLimit,
      configuration.convolutionWidth <= Self.convolutionLimit, !configuration.usesLayerNorm
    else { return nil }
    blocks = (inner + channels - 1) / channels
    guard blocks <= Self.blockLimit else { return nil }
    units = (channels + Self.unit - 1) / Self.unit
    let chunk = TileLayout.chunk
    hiddenChunks = TileLayout.chunks(of: hidden)
    stepChunks = TileLayout.chunks(of: configuration.timeStepRank)
    selectRows = configuration.timeStepRank + 2 * configuration.stateSize
    inputTiles = (2 * channels + TileLayout.rows - 1) / TileLayout.rows
    inputSize = hiddenChunks * inputTiles * TileLayout.rows * chunk
    let rows = TileLayout.rows
    outputTiles = ((hidden + blocks - 1) / blocks + rows - 1) / rows
    outputVectorsAt = TileLayout.chunks(of: inner) * outputTiles * rows * chunk
    outputSize = outputVectorsAt + 2 * 4 * outputTiles * rows
    stepAt = paddedCount(selectRows) * units * Self.unit
    vectorsAt = stepAt + channels * stepChunks * chunk
    // Scales and biases of in_proj, taps, then by channel: the convolution's bias, scales and biases of
    // dt_proj, D; scales of x_proj; decay rates.
    let vectors = [
      2 * channels, 2 * channels, configuration.convolutionWidth * channels, channels, channels,
      channels, channels, selectRows, channels * configuration.stateSize,
    ]
    smallSize = vectorsAt + (4 * vectors.reduce(0, +) + 15) / 16 * 16
  }
}
