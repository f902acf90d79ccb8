import Kernels
import Testing

private let channels = 48
private let stride = 64
private let positionLimit = 20

@Suite struct CausalConvolutionTests {
  @Test(arguments: 1...5, [false, true])
  func `every path convolves any number of positions like naive loops`(
    width: Int, hasBias: Bool
  ) {
    let fixture = Fixture(width: width, hasBias: hasBias)
    let expected = fixture.expected()
    for instructionSet in InstructionSet.available {
      let team = WorkerTeam(size: 1, instructionSet: instructionSet)
      for positions in [0, 1, 2, 3, 4, 5, 7, 20] {
        let y = FloatBuffer(count: positionLimit * stride)
        team.run { fixture.convolve($0, positions, into: y) }
        let rest = Array(repeating: Float(0), count: (positionLimit - positions) * stride)
        let whole = Array(expected.prefix(positions * stride)) + rest
        #expect(y.bits == whole.bits, "\(instructionSet), \(positions) positions")
      }
    }
  }

  @Test(arguments: 1...5, [1, 2, 3, 5])
  func `one position at a time gives what all at once do, on any number of threads`(
    width: Int, size: Int
  ) {
    let fixture = Fixture(width: width, hasBias: true)
    let expected = fixture.expected()
    for instructionSet in InstructionSet.available {
      let y = FloatBuffer(count: positionLimit * stride)
      let tail = fixture.tail.clone
      WorkerTeam(size: size, instructionSet: instructionSet).run { member in
        for t in 0..<positionLimit {
          fixture.convolve(member, 1, from: t, tail: tail, into: y)
          member.advanceTail(
            tail.rows(stride: channels), past: fixture.x.rows(stride: stride).rows(from: t),
            positions: 1, width: width, channels: channels)
        }
      }
      #expect(y.bits == expected.bits, "\(instructionSet)")
    }
  }

  @Test(arguments: 1...5, [0, 1, 2, 3, 4, 5, 9, 20])
  func `the tail holds the last inputs`(width: Int, positions: Int) {
    let fixture = Fixture(width: width, hasBias: false)
    let rows =
      fixture.tailRows + (0..<positions).map { fixture.x.values.row($0, stride, channels) }
    for size in [1, 2, 5] {
      let tail = fixture.tail.clone
      WorkerTeam(size: size, instructionSet: .scalar).run {
        $0.advanceTail(
          tail.rows(stride: channels), past: fixture.x.rows(stride: stride),
          positions: positions, width: width, channels: channels)
      }
      let unused = fixture.tail.values.suffix(channels)
      #expect(tail.values == rows.suffix(width - 1).flatMap { $0 } + unused)
    }
  }

  @Test(arguments: InstructionSet.available)
  func `NaN in the tail reaches the positions that read it, and no other`(
    instructionSet: InstructionSet
  ) {
    let fixture = Fixture(width: 4, hasBias: false)
    let tail = fixture.tail.clone
    tail[channels + 5] = .nan
    let y = FloatBuffer(count: positionLimit * stride)
    WorkerTeam(size: 1, instructionSet: instructionSet).run {
      fixture.convolve($0, 4, tail: tail, into: y)
    }
    #expect(y.values.indices.filter { y[$0].isNaN } == [5, stride + 5])
  }
}

/// Inputs of a convolution; the buffer of the tail has one row more than the tail.
private struct Fixture {
  let width: Int
  let tail: FloatBuffer
  let x: FloatBuffer
  let weight: FloatBuffer
  let bias: FloatBuffer?

  init(width: Int, hasBias: Bool) {
    var random = RandomFloats(seed: UInt64(width))
    self.width = width
    tail = random.buffer(width * channels)
    x = random.buffer(positionLimit * stride)
    weight = random.buffer(width * channels)
    bias = hasBias ? random.buffer(channels) : nil
  }

  var tailRows: [[Float]] { (0..<width - 1).map { tail.values.row($0, channels, channels) } }

  func convolve(
    _ member: TeamMember, _ positions: Int, from first: Int = 0, tail: FloatBuffer? = nil,
    into y: FloatBuffer
  ) {
    member.convolve(
      ConvolutionWeights(weight: weight, bias: bias, width: width, channels: channels),
      tail: (tail ?? self.tail).rows(stride: channels), x.rows(stride: stride).rows(from: first),
      positions: positions, into: y.rows(stride: stride).rows(from: first))
  }

  /// One chain of fused multiply-adds from the oldest input on, begun with the bias; the padding
  /// between rows is zero.
  func expected() -> [Float] {
    let weight = weight.values
    let rows = tailRows + (0..<positionLimit).map { x.values.row($0, stride, channels) }
    return (0..<positionLimit).flatMap { t in
      let sums = (0..<channels).map { channel in
        (0..<width).reduce(bias?[channel] ?? 0) { sum, j in
          sum.addingProduct(weight[j * channels + channel], rows[t + j][channel])
        }
      }
      return InstructionSet.scalar.silu(sums) + Array(repeating: 0, count: stride - channels)
    }
  }
}

extension [Float] {
  fileprivate func row(_ index: Int, _ stride: Int, _ count: Int) -> [Float] {
    Array(self[index * stride..<index * stride + count])
  }
}
