import Kernels
import Testing

private struct ReadFailure: Error, Equatable {
  let row: Int
}

@Suite struct PackedMatrixTests {
  @Test(arguments: WeightType.allCases, [1, 15, 16, 17, 40])
  func `a row unpacks to what was packed, times its scale`(type: WeightType, rows: Int) {
    let columns = 19
    let weights = StoredWeights(rows: rows, columns: columns, type: type, hasBias: true)
    let matrix = weights.packed
    let target = FloatBuffer(count: columns)
    for row in 0..<rows {
      matrix.unpackRow(row, into: target.rows(stride: columns))
      let expected = (0..<columns).map { weights.weight(row, $0) * (weights.scales?[row] ?? 1) }
      #expect(target.bits == expected.bits)
    }
  }

  @Test(arguments: [WeightType.bfloat16, .float16])
  func `all 65536 half-size patterns unpack exactly`(type: WeightType) {
    let bytes = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let weights = StoredWeights(rows: 16, columns: 4096, type: type, bytes: bytes)
    let matrix = weights.packed
    let target = FloatBuffer(count: 4096)
    for row in 0..<16 {
      matrix.unpackRow(row, into: target.rows(stride: 4096))
      let differing = (0..<4096).filter { column in
        let expected = weights.weight(row, column)
        return expected.isNaN
          ? !target[column].isNaN : target[column].bitPattern != expected.bitPattern
      }
      #expect(differing.isEmpty)
    }
  }

  @Test(arguments: [WeightType.bfloat16, .float16], InstructionSet.available)
  func `all 65536 half-size patterns multiply exactly`(
    type: WeightType, instructionSet: InstructionSet
  ) {
    let bytes = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let weights = StoredWeights(rows: 65536, columns: 1, type: type, bytes: bytes)
    let matrix = weights.packed
    let y = FloatBuffer(count: 65536)
    let one = FloatBuffer([1])
    WorkerTeam(size: 1, instructionSet: instructionSet).run {
      $0.project(matrix, one.rows(stride: 1), positions: 1, into: y.rows(stride: 65536))
    }
    let differing = (0..<65536).filter { row in
      let expected = weights.weight(row, 0)
      return expected.isNaN ? !y[row].isNaN : y[row] != expected
    }
    #expect(differing.isEmpty)
  }

  @Test func `all 256 int8 patterns unpack exactly`() {
    let weights = StoredWeights(
      rows: 1, columns: 256, type: .int8, bytes: Array(0...255), scales: [0.5])
    let target = FloatBuffer(count: 256)
    weights.packed.unpackRow(0, into: target.rows(stride: 256))
    #expect(target.values == (Array(0...127) + Array(-128 ... -1)).map { Float($0) / 2 })
  }

  @Test func `rows are asked for once, 16 at a time`() {
    var ranges: [Range<Int>] = []
    let matrix = PackedMatrix(
      rows: 35, columns: 2, type: .int8, scales: Array(repeating: 1, count: 35)
    ) { range, bytes in
      ranges.append(range)
      bytes = Array(repeating: 1, count: range.count * 2)
    }
    #expect(ranges == [0..<16, 16..<32, 32..<35])
    #expect(matrix.panelCount == 3)
  }

  @Test(arguments: [0, 16, 32])
  func `an error of the reader passes through`(row: Int) {
    #expect(throws: ReadFailure(row: row)) {
      _ = try PackedMatrix(rows: 40, columns: 3, type: .float32) {
        (rows, bytes) throws(ReadFailure) in
        if rows.contains(row) { throw ReadFailure(row: row) }
        bytes = Array(repeating: 0, count: rows.count * 12)
      }
    }
  }

  @Test func `memory counts padded rows and columns, scales, sums of rows and bias`() {
    let plain = StoredWeights(rows: 17, columns: 10, type: .bfloat16).packed
    let scaled = StoredWeights(rows: 17, columns: 10, type: .int8, hasBias: true).packed
    #expect(plain.byteCount == 32 * 10 * 2)
    #expect(scaled.byteCount == 32 * 12 + 3 * 32 * 4)
  }

  @Test func `too few bytes trap`() async {
    await #expect(processExitsWith: .failure) {
      _ = PackedMatrix(rows: 2, columns: 2, type: .float32) { _, bytes in bytes = [0] }
    }
  }
}
