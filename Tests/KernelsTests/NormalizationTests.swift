import Kernels
import Testing

@Suite struct NormalizationTests {
  @Test(arguments: [1, 15, 16, 17, 100])
  func `every path normalizes any number of positions like naive loops`(width: Int) {
    var random = RandomFloats(seed: 3)
    let stride = width + 3
    let x = random.buffer(4 * stride, in: -4...4)
    let weight = random.buffer(width, in: 0.5...1.5)
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for positions in 0...4 {
        let y = FloatBuffer(count: 4 * stride)
        team.run {
          $0.rmsNorm(
            x.rows(stride: stride), weight: weight, epsilon: 1e-5, width: width,
            positions: positions, into: y.rows(stride: stride))
        }
        var expected: [Float] = []
        for t in 0..<positions {
          let row = Array(x.values[t * stride..<t * stride + width])
          expected += naiveNorm(row, weight.values, epsilon: 1e-5) + [0, 0, 0]
        }
        expected += Array(repeating: 0, count: (4 - positions) * stride)
        #expect(y.bits == expected.bits, "\(instructionSet), \(positions) positions")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `every member of a team normalizes into a buffer of its own`(
    instructionSet: InstructionSet
  ) {
    let x = FloatBuffer([3, 4])
    let weight = FloatBuffer([1, 1])
    let results = [FloatBuffer(count: 2), FloatBuffer(count: 2), FloatBuffer(count: 2)]
    WorkerTeam(size: 3, instructionSet: instructionSet).run {
      $0.rmsNorm(
        x.rows(stride: 2), weight: weight, epsilon: 0, width: 2, positions: 1,
        into: results[$0.index].rows(stride: 2))
    }
    let expected = naiveNorm([3, 4], [1, 1], epsilon: 0)
    #expect(results.allSatisfy { $0.bits == expected.bits })
  }

  @Test(arguments: [1, 15, 16, 17, 100])
  func `every path centres and normalizes any number of positions like naive loops`(width: Int) {
    var random = RandomFloats(seed: 4)
    let stride = width + 3
    let x = random.buffer(4 * stride, in: -4...9)
    let weight = random.buffer(width, in: 0.5...1.5)
    let bias = random.buffer(width, in: -1...1)
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for positions in 0...4 {
        let y = FloatBuffer(count: 4 * stride)
        team.run {
          $0.layerNorm(
            x.rows(stride: stride), weight: weight, bias: bias, epsilon: 1e-5, width: width,
            positions: positions, into: y.rows(stride: stride))
        }
        var expected: [Float] = []
        for t in 0..<positions {
          let row = Array(x.values[t * stride..<t * stride + width])
          expected += naiveLayerNorm(row, weight.values, bias.values, epsilon: 1e-5) + [0, 0, 0]
        }
        expected += Array(repeating: 0, count: (4 - positions) * stride)
        #expect(y.bits == expected.bits, "\(instructionSet), \(positions) positions")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `a constant row becomes the bias, and a mean or a square that overflows becomes NaN`(
    instructionSet: InstructionSet
  ) {
    let x = FloatBuffer([7, 7, 7, 3e38, 3e38, 1, 1, 1e30, 2, 1, .nan, 2])
    let y = FloatBuffer(count: 12)
    WorkerTeam(size: 1, instructionSet: instructionSet).run {
      $0.layerNorm(
        x.rows(stride: 3), weight: FloatBuffer([1, 1, 1]), bias: FloatBuffer([3, -4, 5]),
        epsilon: 1e-5, width: 3, positions: 4, into: y.rows(stride: 3))
    }
    #expect(Array(y.values[0..<3]) == [3, -4, 5])
    #expect(y.values[3..<12].allSatisfy { $0.isNaN })
  }

  @Test(arguments: InstructionSet.available)
  func `a row of zeros stays zeros, NaN stays NaN, and squares that overflow become NaN`(
    instructionSet: InstructionSet
  ) {
    let x = FloatBuffer([0, 0, 0, 1, .nan, 2, 1, 1e30, 2])
    let y = FloatBuffer(count: 9)
    let weight = FloatBuffer([1, 1, 1])
    WorkerTeam(size: 1, instructionSet: instructionSet).run {
      $0.rmsNorm(
        x.rows(stride: 3), weight: weight, epsilon: 1e-5, width: 3, positions: 3,
        into: y.rows(stride: 3))
    }
    #expect(Array(y.values[0..<3]) == [0, 0, 0])
    #expect(y.values[3..<9].allSatisfy { $0.isNaN })
  }
}

/// Squares in 16 lanes, summed as a tree: lane i takes lane i + 8, then i + 4, i + 2, i + 1.
private func naiveNorm(_ x: [Float], _ weight: [Float], epsilon: Float) -> [Float] {
  var lanes = Array(repeating: Float(0), count: 16)
  for (index, value) in x.enumerated() {
    lanes[index % 16] = lanes[index % 16].addingProduct(value, value)
  }
  let scale = 1 / (treeSum(lanes) / Float(x.count) + epsilon).squareRoot()
  return zip(x, weight).map { $0 * scale * $1 }
}

private func naiveLayerNorm(
  _ x: [Float], _ weight: [Float], _ bias: [Float], epsilon: Float
) -> [Float] {
  var sums = Array(repeating: Float(0), count: 16)
  for (index, value) in x.enumerated() { sums[index % 16] += value }
  let mean = treeSum(sums) / Float(x.count)
  var squares = Array(repeating: Float(0), count: 16)
  for (index, value) in x.enumerated() {
    squares[index % 16] = squares[index % 16].addingProduct(value - mean, value - mean)
  }
  let scale = 1 / (treeSum(squares) / Float(x.count) + epsilon).squareRoot()
  return x.indices.map { bias[$0].addingProduct((x[$0] - mean) * scale, weight[$0]) }
}

private func treeSum(_ lanes: [Float]) -> Float {
  var lanes = lanes
  for half in [8, 4, 2, 1] {
    for lane in 0..<half { lanes[lane] += lanes[lane + half] }
  }
  return lanes[0]
}
