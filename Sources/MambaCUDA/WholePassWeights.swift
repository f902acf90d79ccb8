import Kernels
import Mamba

/// A model's weights in the order in which whole_pass.cu takes them: those of a block and a layer together.
struct WholePassWeights: Sendable {
  let layout: WholePassLayout
  /// The structure `Plan` of whole_pass.cu.
  let plan: Words
  private let memories: [DeviceMemory]

  var byteCount: Int { memories.reduce(0) { $0 + $1.byteCount } }

  /// Collects layers while a model is read.
  struct Builder {
    private let configuration: MambaConfiguration
    private let device: Device
    private let layout: WholePassLayout
    private var weights: DeviceMemory?
    private var layerCount = 0
    /// Those of all norms.
    private var normWeights: [Float] = []
    private var hasBias = false

    /// Nil when the model or the GPU does not suit.
    init?(_ configuration: MambaConfiguration, on device: Device) {
      guard device.runsWholePasses,
        let layout = WholePassLayout(configuration, processors: device.processors)
      else { return nil }
      self.configuration = configuration
      self.device = device
      self.layout = layout
    }

    private var paddedInner: Int { paddedCount(configuration.innerSize) }
    private var paddedHidden: Int { paddedCount(configuration.hiddenSize) }

    /// - Returns: false when the layer does not suit, or the GPU has no room for the weights once more.
    mutating func append(_ layer: StoredLayer) throws(CUDAError) -> Bool {
      let matrices = [layer.input, layer.select, layer.timeStep, layer.output]
      guard matrices.allSatisfy(\.isPlainInt8) else { return false }
      if weights == nil {
        do throws(CUDAError) {
          weights = try DeviceMemory(
            device, byteCount: configuration.layerCount * layout.blocks * layout.blockSize)
        } catch {
          guard case .outOfMemory = error else { throw error }
          return false
        }
      }
      hasBias = layer.input.bias != nil
      var bytes = [UInt8](repeating: 0, count: layout.blocks * layout.blockSize)
      for block in 0..<layout.blocks {
        pack(layer, block, into: &bytes, at: block * layout.blockSize)
      }
      try weights?.write(bytes, at: layerCount * bytes.count)
      layerCount += 1
      appendNorm(layer.norm, layer.blob)
      return true
    }

    mutating func appendNorm(_ norm: StoredNorm, _ blob: WeightBlob) {
      normWeights += blob.floats(norm.weight, count: paddedHidden)
    }

    /// After all layers and the last norm.
    func weights(epsilon: Float) throws(CUDAError) -> WholePassWeights? {
      guard let weights else { return nil }
      var memories = [weights]
      func address(_ values: [Float]) throws(CUDAError) -> UInt64 {
        guard !values.isEmpty else { return 0 }
        memories.append(try DeviceMemory(device, values))
        return memories[memories.count - 1].address
      }
      let plan =
        Words([weights.address])
        + Words(
          layout.blockSize, layout.outputSize, layout.inputSize, layout.smallSize,
          layout.outputVectorsAt, layout.stepAt,
          layout.vectorsAt, layout.channels, layout.outputTiles, hasBias ? 1 : 0)
        + Words([
          try address(normWeights), UInt64(epsilon.bitPattern),
        ])
      return WholePassWeights(layout: layout, plan: plan, memories: memories)
    }

    private func pack(
      _ layer: StoredLayer, _ block: Int, into bytes: inout [UInt8], at start: Int
    ) {
      let first = block * layout.channels
      let owned = min(layout.channels, configuration.innerSize - first)
      let input = start + layout.outputSize, small = input + layout.inputSize
      packOutput(layer, block, into: &bytes, at: start)
      packInput(layer, first, owned, into: &bytes, at: input)
      packColumns(of: layer.select, layer.blob, first, owned, into: &bytes, at: small)
      let stepSize = layout.stepChunks * TileLayout.chunk
      for channel in 0..<owned {
        for chunk in 0..<layout.stepChunks {
          layer.blob.copy(
            row: first + channel, chunk: chunk, of: layer.timeStep, to: &bytes,
            at: small + layout.stepAt + channel * stepSize + chunk * TileLayout.chunk)
        }
      }
      packVectors(layer, block, owned, into: &bytes, at: small + layout.vectorsAt)
    }

    /// The row of in_proj for each of a block's rows: x, then the gate.
    private func inputRows(_ first: Int, _ owned: Int) -> [Int?] {
      (0..<2 * layout.channels).map { row in
        let channel = row % layout.channels
        return channel < owned ? first + channel + (row < layout.channels ? 0 : paddedInner) : nil
      }
    }

    private func packInput(
      _ layer: StoredLayer, _ first: Int, _ owned: Int, into bytes: inout [UInt8], at start: Int
    ) {
      packRows(
        inputRows(first, owned), of: layer.input, layer.blob, tiles: layout.inputTiles,
        into: &bytes, at: start)
    }

    /// This block's rows of out_proj.
    private func outputRows(_ block: Int) -> [Int?] {
      let count = layout.outputTiles * TileLayout.rows
      return (block * count..<(block + 1) * count).map {
        $0 < configuration.hiddenSize ? $0 : nil
      }
    }

    private func packOutput(
      _ layer: StoredLayer, _ block: Int, into bytes: inout [UInt8], at start: Int
    ) {
      let rows = outputRows(block), vectors = start + layout.outputVectorsAt
      packRows(
        rows, of: layer.output, layer.blob, tiles: layout.outputTiles, into: &bytes, at: start)
      packFloats(layer.output.scales, layer.blob, rows, into: &bytes, at: vectors)
      packFloats(layer.output.bias, layer.blob, rows, into: &bytes, at: vectors + 4 * rows.count)
    }

    /// [chunk][tile][8 rows][64 columns]
    private func packRows(
      _ rows: [Int?], of matrix: StoredMatrix, _ blob: WeightBlob, tiles: Int,
      into bytes: inout [UInt8], at start: Int
    ) {
      for (row, source) in rows.enumerated() {
        guard let source else { continue }
        for chunk in 0..<matrix.chunks {
          let tile = chunk * tiles + row / TileLayout.rows
          blob.copy(
            row: source, chunk: chunk, of: matrix, to: &bytes,
            at: start + (tile * TileLayout.rows + row % TileLayout.rows) * TileLayout.chunk)
        }
      }
    }

    /// A block's columns of all rows, as the tensor cores take them: [16 rows][unit][lane], of which each
    /// has 4 columns of a row and of that 8 below.
    private func packColumns(
      of matrix: StoredMatrix, _ blob: WeightBlob, _ first: Int, _ owned: Int,
      into bytes: inout [UInt8], at start: Int
    ) {
      let chunk = TileLayout.chunk, rows = TileLayout.rows
      let tile = matrix.chunks * rows * chunk
      unsafe bytes.withUnsafeMutableBytes { target in
        unsafe blob.bytes.withUnsafeBytes { source in
          for local in stride(from: 0, to: owned, by: 4) {
            let column = first + local
            let place = local / WholePassLayout.unit * 256 + local % WholePassLayout.unit / 4 * 8
            let from = matrix.weights.offset + column / chunk * rows * chunk + column % chunk
            for row in 0..<matrix.rows {
              let word = unsafe source.loadUnaligned(
                fromByteOffset: from + row / rows * tile + row % rows * chunk, as: UInt32.self)
              let to =
                start + row / 16 * layout.units * 256 + place + row % rows * 32 + row % 16 / rows
                * 4
              unsafe target.storeBytes(of: word, toByteOffset: to, as: UInt32.self)
            }
          }
        }
      }
    }

    private func packVectors(
      _ layer: StoredLayer, _ block: Int, _ owned: Int, into bytes: inout [UInt8], at start: Int
    ) {
      let channels = layout.channels, first = block * channels, size = configuration.stateSize
      let own: [Int?] = (0..<channels).map { $0 < owned ? first + $0 : nil }
      let rows = inputRows(first, owned)
      let taps: [Int?] = (0..<configuration.convolutionWidth).flatMap { tap in
        own.map { channel in channel.map { tap * paddedInner + $0 } }
      }
      let decays: [Int?] = own.flatMap { channel in
        (0..<size).map { state in channel.map { $0 * size + state } }
      }
      let vectors: [(WeightBlob.Place?, [Int?])] = [
        (layer.input.scales, rows), (layer.input.bias, rows), (layer.convolution, taps),
        (layer.convolutionBias, own), (layer.timeStep.scales, own), (layer.timeStep.bias, own),
        (layer.skip, own), (layer.select.scales, Array(0..<layout.selectRows)),
        (layer.decay, decays),
      ]
      var at = start
      for (place, sources) in vectors {
        packFloats(place, layer.blob, sources, into: &bytes, at: at)
        at += 4 * sources.count
      }
    }

    /// Floats from some indices of a place; zeros where there is neither.
    private func packFloats(
      _ place: WeightBlob.Place?, _ blob: WeightBlob, _ sources: [Int?],
      into bytes: inout [UInt8], at start: Int
    ) {
      guard let place else { return }
      for (index, source) in sources.enumerated() {
        guard let source else { continue }
        blob.copyFloat(source, of: place, to: &bytes, at: start + 4 * index)
      }
    }
  }
}

extension WeightBlob {
  /// Floats at a place; none where there is no place.
  func floats(_ place: Place?, count: Int) -> [Float] {
    guard let place else { return [] }
    return unsafe bytes.withUnsafeBytes { bytes in
      (0..<count).map {
        unsafe bytes.loadUnaligned(fromByteOffset: place.offset + 4 * $0, as: Float.self)
      }
    }
  }

  fileprivate func copyFloat(
    _ index: Int, of place: Place, to target: inout [UInt8], at offset: Int
  ) {
    let from = place.offset + 4 * index
    target.replaceSubrange(offset..<offset + 4, with: bytes[from..<from + 4])
  }

  /// Copies a chunk of a row of an int8 matrix.
  fileprivate func copy(
    row: Int, chunk: Int, of matrix: StoredMatrix, to target: inout [UInt8], at offset: Int
  ) {
    let size = TileLayout.chunk, rows = TileLayout.rows
    let from =
      matrix.weights.offset + ((row / rows * matrix.chunks + chunk) * rows + row % rows) * size
    unsafe target.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + size]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[from..<from + size]))
      }
    }
  }
}
