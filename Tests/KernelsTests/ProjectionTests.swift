import Kernels
import Testing

/// Shapes that no panel, tile or group of panels divides.
private let shapes = [(1, 1), (15, 17), (16, 16), (17, 15), (33, 33), (80, 7), (145, 3), (208, 2)]
private let positionLimit = 40
private let positionCounts = Array(0...9) + [12, 13, 33, 40]

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
          #expect(y.bits == expected, "\(team.instructionSet), \(positions) positions")
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
        #expect(y.bits == expected.bits, "\(instructionSet), panels \(panels)")
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
        #expect(y.bits == expected.bits, "\(instructionSet), \(positions) positions")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `a NaN or an infinity among the inputs reaches every output of its position`(
    instructionSet: InstructionSet
  ) {
    let weights = StoredWeights(rows: 17, columns: 3, type: .float32)
    let team = WorkerTeam(size: 1, instructionSet: instructionSet)
    for value in [Float.nan, .infinity, -.infinity] {
      let x = FloatBuffer([1, 2, 3, 4, value, 6])
      let y = FloatBuffer(count: 64)
      let matrix = weights.packed
      team.run { $0.project(matrix, x.rows(stride: 3), positions: 2, into: y.rows(stride: 32)) }
      #expect(y.firstNonFinite(in: 0..<32) == nil)
      #expect((32..<49).allSatisfy { y.firstNonFinite(in: $0..<64) == 0 })
    }
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

  /// One chain of fused multiply-adds over ascending k, then the scale, then the bias.
  private static func sums(_ weights: StoredWeights, _ x: [Float], stride: Int) -> [Float] {
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
        if let scales = weights.scales { sum *= scales[row] }
        if let bias = weights.bias { sum += bias[row] }
        sums.append(sum)
      }
    }
    return sums
  }
}
