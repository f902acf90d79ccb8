import Kernels
import Testing

/// Shapes that no panel, tile, group of panels or round of a tile's loop divides.
private let shapes = [
  (1, 1), (15, 17), (16, 16), (17, 15), (33, 33), (80, 7), (145, 3), (208, 2), (40, 131), (83, 78),
]
private let positionLimit = 40
/// Windows of every length that tiles are made for, and of several tiles.
private let positionCounts = Array(0...20) + [25, 33, 40]

@Suite struct ProjectionTests {
  @Test(arguments: WeightType.allCases, shapes)
  func `every path projects any number of positions like naive loops`(
    type: WeightType, shape: (rows: Int, columns: Int)
  ) {
    for hasBias in [false, true] {
      let fixture = Fixture(
        StoredWeights(rows: shape.rows, columns: shape.columns, type: type, hasBias: hasBias))
      let teams = InstructionSet.available.map { WorkerTeam(size: 1, instructionSet: $0) }
      for positions in positionCounts {
        let expected = fixture.expected(positions: positions, accumulating: hasBias).bits
        for team in teams {
          let y = fixture.project(team, positions: positions, accumulating: hasBias)
          let isEqual = y.bits == expected
          #expect(isEqual, "\(team.instructionSet), \(positions) positions")
        }
      }
    }
  }

  @Test(arguments: WeightType.allCases)
  func `a range of panels is computed and nothing else is touched`(type: WeightType) {
    let fixture = Fixture(StoredWeights(rows: 185, columns: 5, type: type, hasBias: true))
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for panels in [0..<12, 0..<1, 3..<3, 1..<12, 2..<11, 4..<6, 11..<12] {
        let y = fixture.project(team, positions: 7, panels: panels, accumulating: true)
        let expected = fixture.expected(positions: 7, panels: panels, accumulating: true)
        let isEqual = y.bits == expected.bits
        #expect(isEqual, "\(instructionSet), panels \(panels)")
      }
    }
  }

  @Test(arguments: WeightType.allCases, [1, 2, 3, 5])
  func `any number of threads gives the same bits`(type: WeightType, size: Int) {
    let fixture = Fixture(StoredWeights(rows: 70, columns: 19, type: type, hasBias: true))
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: size, instructionSet: instructionSet)
      for positions in [1, 9] {
        let y = fixture.project(team, positions: positions, accumulating: false)
        let expected = fixture.expected(positions: positions, accumulating: false)
        let isEqual = y.bits == expected.bits
        #expect(isEqual, "\(instructionSet), \(positions) positions")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `a NaN or an infinity among the inputs reaches every output of its position`(
    instructionSet: InstructionSet
  ) {
    let team = WorkerTeam(size: 1, instructionSet: instructionSet)
    for type in [WeightType.float32, .int8] {
      let matrix = StoredWeights(rows: 17, columns: 3, type: type).packed
      for value in [Float.nan, .infinity, -.infinity] {
        let x = FloatBuffer([1, 2, 3, 4, value, 6])
        let y = FloatBuffer(count: 64)
        team.run { $0.project(matrix, x.rows(stride: 3), positions: 2, into: y.rows(stride: 32)) }
        #expect(y.firstNonFinite(in: 0..<32) == nil)
        #expect((32..<49).allSatisfy { y.firstNonFinite(in: $0..<64) == 0 })
      }
    }
  }

  @Test(arguments: InstructionSet.available, [4_099, PackedMatrix.int8ColumnLimit])
  func `8-bit sums of the largest weights and activations do not overflow`(
    instructionSet: InstructionSet, columns: Int
  ) {
    let team = WorkerTeam(size: 1, instructionSet: instructionSet)
    for weight: Int8 in [127, -128] {
      let matrix = StoredWeights(
        rows: 1, columns: columns, type: .int8,
        bytes: Array(repeating: UInt8(bitPattern: weight), count: columns), scales: [1]
      ).packed
      for activation: Float in [127, -127] {
        let x = FloatBuffer(Array(repeating: activation, count: columns))
        let y = FloatBuffer(count: 16)
        team.run {
          $0.project(matrix, x.rows(stride: columns), positions: 1, into: y.rows(stride: 16))
        }
        #expect(y[0] == Float(columns * Int(weight)) * activation)
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `8-bit activations round to the nearest integer, ties to even, and zeros stay zero`(
    instructionSet: InstructionSet
  ) {
    // An identity matrix gives the integers back.
    let count = 9
    let identity = (0..<count * count).map { UInt8($0 % (count + 1) == 0 ? 1 : 0) }
    let matrix = StoredWeights(
      rows: count, columns: count, type: .int8, bytes: identity,
      scales: Array(repeating: 1, count: count)
    ).packed
    let x = FloatBuffer(
      [127, 0.5, 1.5, -0.5, -2.5, 0.49, -126.6, 3, 0] + Array(repeating: 0, count: 9))
    let y = FloatBuffer(count: 32)
    WorkerTeam(size: 1, instructionSet: instructionSet).run {
      $0.project(matrix, x.rows(stride: count), positions: 2, into: y.rows(stride: 16))
    }
    #expect((0..<9).map { y[$0] } == [127, 0, 2, 0, -2, 0, -127, 3, 0])
    #expect((16..<25).allSatisfy { y[$0] == 0 })
  }
}

/// A matrix, inputs, and what the outputs hold before.
private struct Fixture {
  let weights: StoredWeights
  let matrix: PackedMatrix
  let x: FloatBuffer
  let start: [Float]
  let sums: [Float]

  private var xStride: Int { weights.columns + 3 }
  private var yStride: Int { paddedCount(weights.rows) + 16 }

  init(_ weights: StoredWeights) {
    var random = RandomFloats(seed: 7)
    self.weights = weights
    matrix = weights.packed
    x = random.buffer(positionLimit * (weights.columns + 3))
    start = random.values((positionLimit + 1) * (paddedCount(weights.rows) + 16))
    sums = Self.sums(weights, x.values, stride: weights.columns + 3)
  }

  /// One row more than there are positions, which must stay as it is.
  private func before(_ positions: Int) -> [Float] {
    Array(start.prefix((positions + 1) * yStride))
  }

  func project(
    _ team: WorkerTeam, positions: Int, panels: Range<Int>? = nil, accumulating: Bool
  ) -> FloatBuffer {
    let y = FloatBuffer(before(positions))
    team.run {
      $0.project(
        matrix, x.rows(stride: xStride), positions: positions, into: y.rows(stride: yStride),
        panels: panels, accumulating: accumulating)
    }
    return y
  }

  /// The outputs with the rows that pad the last panel, which have no weights.
  func expected(
    positions: Int, panels: Range<Int>? = nil, accumulating: Bool
  ) -> [Float] {
    var y = before(positions)
    let panels = panels ?? 0..<matrix.panelCount
    for t in 0..<positions {
      for row in panels.lowerBound * 16..<panels.upperBound * 16 {
        let sum = row < weights.rows ? sums[t * weights.rows + row] : 0
        let index = t * yStride + row
        y[index] = accumulating ? y[index] + sum : sum
      }
    }
    return y
  }

  /// One chain of fused multiply-adds over ascending k, then the bias.
  private static func sums(_ weights: StoredWeights, _ x: [Float], stride: Int) -> [Float] {
    if let scales = weights.scales { return integerSums(weights, scales, x, stride: stride) }
    let values = (0..<weights.rows).flatMap { row in
      (0..<weights.columns).map { weights.weight(row, $0) }
    }
    var sums: [Float] = []
    for t in 0..<positionLimit {
      for row in 0..<weights.rows {
        var sum: Float = 0
        for k in 0..<weights.columns {
          sum = sum.addingProduct(values[row * weights.columns + k], x[t * stride + k])
        }
        if let bias = weights.bias { sum += bias[row] }
        sums.append(sum)
      }
    }
    return sums
  }
  /// An exact sum of products of integers, times both scales, then the bias.
  private static func integerSums(
    _ weights: StoredWeights, _ scales: [Float], _ x: [Float], stride: Int
  ) -> [Float] {
    (0..<positionLimit).flatMap { t in
      let position = QuantizedPosition(x[t * stride..<t * stride + weights.columns])
      return (0..<weights.rows).map { row in
        let sum = (0..<weights.columns).reduce(Int32(0)) {
          $0 + weights.integer(row, $1) * position.integers[$1]
        }
        let value = Float(sum) * position.scale * scales[row]
        return weights.bias.map { value + $0[row] } ?? value
      }
    }
  }
}

/// Activations quantised to 8 bits by their largest magnitude.
private struct QuantizedPosition {
  let integers: [Int32]
  let scale: Float

  init(_ values: ArraySlice<Float>) {
    let peak = values.map { abs($0) }.max() ?? 0
    let inverse = 127 / peak
    scale = peak / 127
    integers = values.map { Int32(($0 * inverse).rounded(.toNearestOrEven)) }
  }
}
