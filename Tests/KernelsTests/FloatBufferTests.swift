import Kernels
import Testing

@Suite struct FloatBufferTests {
  @Test func `a buffer starts as zeros or as a copy of values padded by zeros`() {
    #expect(FloatBuffer(count: 3).values == [0, 0, 0])
    #expect(FloatBuffer([1, 2], count: 4).values == [1, 2, 0, 0])
    #expect(FloatBuffer([1, 2], count: 1).values == [1, 2])
    #expect(FloatBuffer(count: 0).values.isEmpty)
  }

  @Test func `copies take what they name and nothing else`() {
    let source = FloatBuffer([1, 2, 3, 4, 5, 6])
    let target = FloatBuffer(count: 6)
    target.copy(from: source)
    #expect(target.values == source.values)
    let row: ContiguousArray<Float> = [7, 8]
    target.copy(from: row.span, to: 3)
    #expect(target.values == [1, 2, 3, 7, 8, 6])
    source.rows(stride: 2).rows(from: 1).columns(from: 1).withSpan(columns: 0..<2) { row in
      #expect(row.indices.map { row[$0] } == [4, 5])
    }
  }

  @Test(arguments: [Float.nan, .signalingNaN, .infinity, -.infinity])
  func `the first value that is not finite is found within the range`(value: Float) {
    let buffer = FloatBuffer([value, 1, .greatestFiniteMagnitude, -0.0, value, value])
    #expect(buffer.firstNonFinite(in: 0..<6) == 0)
    #expect(buffer.firstNonFinite(in: 1..<6) == 3)
    #expect(buffer.firstNonFinite(in: 1..<4) == nil)
    #expect(buffer.firstNonFinite(in: 2..<2) == nil)
  }

  @Test func `an index out of range traps`() async {
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: 2)[2] }
    await #expect(processExitsWith: .failure) { FloatBuffer(count: 2)[-1] = 1 }
  }

  @Test func `rows that reach beyond their buffer trap before a kernel runs`() async {
    await #expect(processExitsWith: .failure) {
      let x = FloatBuffer(count: 31)
      WorkerTeam(size: 1, instructionSet: .scalar).run {
        $0.softplus(x.rows(stride: 16), channels: 16, positions: 2)
      }
    }
  }

  @Test func `a negative number of positions traps before a kernel runs`() async {
    await #expect(processExitsWith: .failure) {
      let x = FloatBuffer(count: 32)
      WorkerTeam(size: 1, instructionSet: .scalar).run {
        $0.softplus(x.rows(stride: 16), channels: 0, positions: -1)
      }
    }
  }
}
