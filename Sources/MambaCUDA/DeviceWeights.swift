package import Checkpoint
import Kernels
import Mamba

/// A matrix in the GPU's memory.
struct DeviceMatrix: Sendable {
  /// As kernels.cu numbers them.
  enum Kind: Int, Sendable {
    case float32, bfloat16, float16, int8

    init(_ type: WeightType) {
      self =
        switch type {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .float16: .float16
        case .int8: .int8
        }
    }
  }

  /// The structure `Matrix` of kernels.cu.
  let words: Words
  /// Padded to whole blocks of lanes.
  let rows: Int
  let columns: Int
  let kind: Kind
  let planes: Int

  var tiles: Int { rows / TileLayout.rows }
  var chunks: Int { TileLayout.chunks(of: columns) }

  /// No matrix at all.
  static let none = DeviceMatrix(words: Words(0, 0, 0, 0, 0, 0, 0), rows: 0)

  private init(words: Words, rows: Int) {
    self.words = words
    self.rows = rows
    columns = 0
    kind = .float32
    planes = 1
  }

  init(_ stored: StoredMatrix, in memory: DeviceMemory) {
    rows = stored.rows
    columns = stored.columns
    kind = stored.kind
    planes = stored.planes
    func address(_ place: WeightBlob.Place?) -> Int {
      place.map { Int(bitPattern: UInt($0.address(in: memory))) } ?? 0
    }
    words = Words(
      address(stored.weights), address(stored.scales), address(stored.bias), rows, columns,
      kind.rawValue, planes)
  }
}

/// A matrix that has its place in a blob.
struct StoredMatrix {
  let weights: WeightBlob.Place
  let scales: WeightBlob.Place?
  let bias: WeightBlob.Place?
  let rows: Int
  let columns: Int
  let kind: DeviceMatrix.Kind
  let planes: Int

  var chunks: Int { TileLayout.chunks(of: columns) }
  /// Whether its products are of bytes: 8-bit weights and activations.
  var isPlainInt8: Bool { kind == .int8 && planes == 1 }
}

/// A layer in the GPU's memory.
struct DeviceLayer: Sendable {
  let norm: Words
  let input: DeviceMatrix
  let select: DeviceMatrix
  let timeStep: DeviceMatrix
  let output: DeviceMatrix
  /// The structure `Layer` of kernels.cu.
  let words: Words
}

/// The weights of a model in the GPU's memory.
struct DeviceWeights: Sendable {
  let embedding: DeviceMatrix
  let head: DeviceMatrix
  let finalNorm: Words
  let layers: [DeviceLayer]
  /// [layers][inner][state]: for settling all layers at once.
  let decays: DeviceMemory
  /// The layers once more, for passes in one kernel; nil when there are none for this model or GPU.
  let whole: WholePassWeights?
  private let memories: [DeviceMemory]

  var byteCount: Int {
    memories.reduce(decays.byteCount + (whole?.byteCount ?? 0)) { $0 + $1.byteCount }
  }

  init(
    of configuration: MambaConfiguration, from checkpoint: CheckpointDirectory, tokens: [Int]?,
    on device: Device
  ) throws(WeightLoadingError) {
    do {
      let reader = try WeightReader(checkpoint: checkpoint, configuration: configuration)
      var decays: [Float] = []
      var memories: [DeviceMemory] = []
      var layers: [DeviceLayer] = []
      var builder = WholePassWeights.Builder(configuration, on: device)
      for index in 0..<configuration.layerCount {
        let layer = try reader.layer(index)
        let memory = try DeviceMemory(device, layer.blob.bytes)
        memories.append(memory)
        layers.append(DeviceLayer(layer, in: memory))
        decays += layer.decays
        if try builder?.append(layer) == false { builder = nil }
      }
      let outer = try reader.outer(tokens: tokens)
      let memory = try DeviceMemory(device, outer.blob.bytes)
      embedding = DeviceMatrix(outer.embedding, in: memory)
      head = outer.head.map { DeviceMatrix($0, in: memory) } ?? embedding
      finalNorm = outer.norm.words(in: memory)
      builder?.appendNorm(outer.norm, outer.blob)
      let outerMatrices = [outer.embedding, outer.head ?? outer.embedding]
      whole =
        outerMatrices.allSatisfy(\.isPlainInt8)
        ? try builder?.weights(epsilon: outer.norm.epsilon) : nil
      self.layers = layers
      self.memories = memories + [memory]
      self.decays = try DeviceMemory(device, decays)
    } catch let error as CheckpointError {
      throw .checkpoint(error)
    } catch let error as CUDAError {
      throw .cuda(error)
    } catch {
      preconditionFailure("an unknown error: \(error)")
    }
  }
}

/// Why weights did not reach the GPU.
package enum WeightLoadingError: Error {
  case checkpoint(CheckpointError)
  case cuda(CUDAError)
}

extension DeviceLayer {
  fileprivate init(_ stored: StoredLayer, in memory: DeviceMemory) {
    norm = stored.norm.words(in: memory)
    input = DeviceMatrix(stored.input, in: memory)
    select = DeviceMatrix(stored.select, in: memory)
    timeStep = DeviceMatrix(stored.timeStep, in: memory)
    output = DeviceMatrix(stored.output, in: memory)
    let places = [
      stored.convolution, stored.convolutionBias, stored.decay, stored.skip,
    ]
    words =
      norm + input.words + select.words + timeStep.words + output.words
      + Words(places.map { $0?.address(in: memory) ?? 0 })
  }
}
