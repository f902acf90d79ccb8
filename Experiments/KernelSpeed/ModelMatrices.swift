import Kernels
import Measuring

/// The matrices of a model of one shape and precision, all layers of them: a product that is
/// repeated with one matrix alone would find it in a cache where a model would not.
struct ModelMatrices: Sendable {
  let type: WeightType
  /// [layers]: the two halves of in_proj.
  let input: [PackedMatrix]
  let gate: [PackedMatrix]
  /// [layers]: x_proj.
  let scan: [PackedMatrix]
  /// [layers]: dt_proj.
  let timeStep: [PackedMatrix]
  /// [layers]: out_proj.
  let output: [PackedMatrix]
  let head: PackedMatrix

  init(shape: ModelShape, type: WeightType) {
    let source = RandomRows(type: type)
    func layers(_ rows: Int, _ columns: Int) -> [PackedMatrix] {
      (0..<shape.layerCount).map { _ in source.matrix(rows: rows, columns: columns) }
    }
    self.type = type
    input = layers(shape.innerSize, shape.hiddenSize)
    gate = layers(shape.innerSize, shape.hiddenSize)
    scan = layers(shape.timeStepRank + 2 * shape.stateSize, shape.innerSize)
    timeStep = layers(shape.innerSize, shape.timeStepRank)
    output = layers(shape.hiddenSize, shape.innerSize)
    head = source.matrix(rows: shape.vocabularySize, columns: shape.hiddenSize)
  }
}

/// Rows of random weights in a type.
private struct RandomRows {
  let type: WeightType
  private let pool: [UInt8]
  private static let poolCount = 1 << 18

  init(type: WeightType) {
    self.type = type
    var generator = PhiloxGenerator(seed: 1, stream: 0)
    if type == .int8 {
      pool = (0..<Self.poolCount).map { _ in
        UInt8(bitPattern: Int8.random(in: -127...127, using: &generator))
      }
    } else {
      let values = (0..<Self.poolCount).map { _ in Float.random(in: -1...1, using: &generator) }
      let encoding: ElementEncoding =
        switch type {
        case .bfloat16: .bf16
        case .float16: .f16
        default: .f32
        }
      pool = encoding.bytes(of: values)
    }
  }

  func matrix(rows: Int, columns: Int) -> PackedMatrix {
    var next = 0
    return PackedMatrix(
      rows: rows, columns: columns, type: type,
      scales: type == .int8 ? Array(repeating: 0.01, count: rows) : nil
    ) { range, bytes in
      bytes.removeAll(keepingCapacity: true)
      let wanted = range.count * columns * type.byteCount
      while bytes.count < wanted {
        let piece = pool[next..<min(next + wanted - bytes.count, pool.count)]
        bytes += piece
        next = piece.endIndex == pool.count ? 0 : piece.endIndex
      }
    }
  }
}
