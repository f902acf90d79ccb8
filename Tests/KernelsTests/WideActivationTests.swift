import Kernels
import Testing

/// Shapes that no panel, tile, group of panels or group of columns divides.
private let shapes = [(1, 1), (15, 17), (16, 16), (33, 33), (80, 7), (145, 3), (208, 2)]
private let positionLimit = 14

/// Products of int8 weights with activations of 15 bits.
@Suite struct WideActivationTests {
  @Test(arguments: shapes, [false, true])
  func `every path multiplies two halves like naive loops`(
    shape: (rows: Int, columns: Int), hasBias: Bool
  ) {
    let fixture = WideFixture(rows: shape.rows, columns: shape.columns, hasBias: hasBias)
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for positions in 0...positionLimit {
        for accumulating in [false, true] {
          let y = fixture.project(team, positions: positions, accumulating: accumulating)
          let expected = fixture.expected(positions: positions, accumulating: accumulating)
          let isEqual = y == expected.bits
          #expect(isEqual, "\(instructionSet), \(positions) positions, \(accumulating)")
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available, [2, 3, 5])
  func `any number of threads gives the same bits`(instructionSet: InstructionSet, size: Int) {
    let fixture = WideFixture(rows: 70, columns: 19, hasBias: true)
    let team = WorkerTeam(size: size, instructionSet: instructionSet)
    for positions in [1, 9] {
      let y = fixture.project(team, positions: positions, accumulating: true)
      let isEqual = y == fixture.expected(positions: positions, accumulating: true).bits
      #expect(isEqual, "\(positions) positions")
    }
  }

  @Test(arguments: InstructionSet.available)
  func `no activation is off by more than half a step of its position's largest`(
    instructionSet: InstructionSet
  ) {
    var random = RandomFloats(seed: 3)
    let count = 37
    for peak: Float in [0x1p-100, 0x1.234p-90, 1, 3e5, 3e38] {
      let values = random.values(count - 2).map { $0 * peak } + [peak, -peak]
      let y = identityProduct(values, on: instructionSet)
      // Half a step; the inverse, the scale, the product and the sum are rounded besides, each by
      // at most 16383 / 2^24 of a step.
      let limit = peak / 16383 * 0.505
      let isNear = zip(values, y).allSatisfy { abs($0 - $1) <= limit }
      #expect(isNear, "peak \(peak)")
      #expect(limit < peak * 0x1p-14)
    }
  }

  @Test(arguments: InstructionSet.available)
  func `they round to the nearest integer, ties to even, over the whole range`(
    instructionSet: InstructionSet
  ) {
    let values: [Float] = [
      16383, 0.5, 1.5, -0.5, -2.5, 0.49, -16382.6, 127, 128, -128, -129, 0,
    ]
    #expect(
      identityProduct(values, on: instructionSet)
        == [16383, 0, 2, 0, -2, 0, -16383, 127, 128, -128, -129, 0])
    for start in stride(from: -16383, through: 16383, by: 64) {
      let integers = (start..<min(start + 64, 16384)).map(Float.init)
      let y = identityProduct(integers + [16383], on: instructionSet)
      let isEqual = y == integers + [16383]
      #expect(isEqual, "from \(start)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func `zeros and what is below 2 to the -100 count as zero`(instructionSet: InstructionSet) {
    for value: Float in [0, -0.0, 0x1p-149, -0x1.fffffep-101] {
      let y = identityProduct([value, 0, value], on: instructionSet)
      #expect(y == [0, 0, 0])
    }
  }

  @Test(arguments: InstructionSet.available, [Float.nan, .infinity, -.infinity])
  func `a NaN or an infinity reaches every output of its position alone`(
    instructionSet: InstructionSet, value: Float
  ) {
    var weights = StoredWeights(rows: 17, columns: 3, type: .int8)
    weights.activations = .bits15
    let matrix = weights.packed
    let x = FloatBuffer([1, 2, 3, 4, value, 6, 7, 8, 9])
    let y = FloatBuffer(count: 96)
    WorkerTeam(size: 1, instructionSet: instructionSet).run {
      $0.project(matrix, x.rows(stride: 3), positions: 3, into: y.rows(stride: 32))
    }
    #expect(y.firstNonFinite(in: 0..<32) == nil)
    #expect((32..<49).allSatisfy { y[$0].isNaN })
    #expect(y.firstNonFinite(in: 64..<96) == nil)
  }

  @Test(arguments: InstructionSet.available, [4_099, PackedMatrix.int8ColumnLimit])
  func `sums of the largest weights and activations do not overflow`(
    instructionSet: InstructionSet, columns: Int
  ) {
    for weight: Int8 in [127, -128] {
      var weights = StoredWeights(
        rows: 1, columns: columns, type: .int8,
        bytes: Array(repeating: UInt8(bitPattern: weight), count: columns), scales: [1])
      weights.activations = .bits15
      let matrix = weights.packed
      for activation in [16383, -16383] {
        let x = FloatBuffer(Array(repeating: Float(activation), count: columns))
        let y = FloatBuffer(count: 16)
        WorkerTeam(size: 1, instructionSet: instructionSet).run {
          $0.project(matrix, x.rows(stride: columns), positions: 1, into: y.rows(stride: 16))
        }
        let sum = { (half: Int) in Float(columns * Int(weight) * half) }
        let expected = sum(activation >> 7) * 128 + sum(activation & 127)
        #expect(y[0] == expected)
      }
    }
  }

  @Test func `other weights than int8 have no such activations`() async {
    await #expect(processExitsWith: .failure) {
      _ = PackedMatrix(rows: 1, columns: 1, type: .float32, activations: .bits15) { _, bytes in
        bytes = [0, 0, 0, 0]
      }
    }
  }

  /// The product of one position with the identity, which gives the quantised values back.
  private func identityProduct(_ values: [Float], on set: InstructionSet) -> [Float] {
    let count = values.count
    var weights = StoredWeights(
      rows: count, columns: count, type: .int8,
      bytes: (0..<count * count).map { UInt8($0 % (count + 1) == 0 ? 1 : 0) },
      scales: Array(repeating: 1, count: count))
    weights.activations = .bits15
    let matrix = weights.packed
    let x = FloatBuffer(values)
    let y = FloatBuffer(count: paddedCount(count))
    WorkerTeam(size: 1, instructionSet: set).run {
      $0.project(matrix, x.rows(stride: count), positions: 1, into: y.rows(stride: count))
    }
    return (0..<count).map { y[$0] }
  }
}

/// A matrix, inputs, what the outputs hold before, and the sums of both halves by plain loops.
private struct WideFixture {
  let weights: StoredWeights
  let matrix: PackedMatrix
  let x: FloatBuffer
  let start: [Float]

  private var yStride: Int { paddedCount(weights.rows) + 3 }

  init(rows: Int, columns: Int, hasBias: Bool) {
    var random = RandomFloats(seed: 11)
    var weights = StoredWeights(rows: rows, columns: columns, type: .int8, hasBias: hasBias)
    weights.activations = .bits15
    self.weights = weights
    matrix = weights.packed
    x = random.buffer(positionLimit * (columns + 1))
    start = random.values((positionLimit + 1) * (paddedCount(rows) + 3))
  }

  /// The bits of all outputs, with one row more than there are positions.
  func project(_ team: WorkerTeam, positions: Int, accumulating: Bool) -> [UInt32] {
    let y = FloatBuffer(Array(start.prefix((positions + 1) * yStride)))
    team.run {
      $0.project(
        matrix, x.rows(stride: weights.columns + 1), positions: positions,
        into: y.rows(stride: yStride), accumulating: accumulating)
    }
    return y.bits
  }

  func expected(positions: Int, accumulating: Bool) -> [Float] {
    var y = Array(start.prefix((positions + 1) * yStride))
    for t in 0..<positions {
      let input = (0..<weights.columns).map { x[t * (weights.columns + 1) + $0] }
      let peak = input.map { abs($0) }.max() ?? 0
      let inverse = 16383 / peak
      // A product of two floats is exact in f64, so this rounds once.
      let integers = input.map {
        Int32((Double($0) * Double(inverse)).rounded(.toNearestOrEven))
      }
      for row in 0..<paddedCount(weights.rows) {
        let (high, low) = products(row, integers, scale: peak / 16383)
        let index = t * yStride + row
        y[index] = (accumulating ? y[index] + high : high) + low
      }
    }
    return y
  }

  /// The scaled products of the high halves, with the bias, and of the low ones.
  private func products(_ row: Int, _ integers: [Int32], scale: Float) -> (Float, Float) {
    guard row < weights.rows, let scales = weights.scales else { return (0, 0) }
    let sum = { (half: (Int32) -> Int32) in
      integers.indices.reduce(Int32(0)) { $0 + weights.integer(row, $1) * half(integers[$1]) }
    }
    let high = Float(sum { ($0 - $0 & 127) / 128 }) * (scale * 128) * scales[row]
    let low = Float(sum { $0 & 127 }) * scale * scales[row]
    return (weights.bias.map { high + $0[row] } ?? high, low)
  }
}
