import Kernels
import Testing

@Suite struct CumulativeSoftmaxTests {
  @Test(
    arguments: InstructionSet.available,
    [0..<1, 0..<15, 3..<19, 1..<18, 0..<64, 0..<65, 1..<130, 0..<1000])
  func `every path sums like a naive loop`(instructionSet: InstructionSet, columns: Range<Int>) {
    var random = RandomFloats(seed: 11)
    let row = random.values(1000, in: -30...30)
    for temperature: Float in [1, 0.7, 3] {
      var sums = Array(repeating: -1.0, count: columns.count + 2)
      instructionSet.cumulativeSoftmax(
        of: row[columns].span, temperature: temperature, into: &sums)
      let values = Array(row[columns])
      let maximum = values.max() ?? 0
      let terms = InstructionSet.scalar.exp(values.map { ($0 - maximum) * (1 / temperature) })
      // Four parts, each a whole number of vectors long.
      let part = (columns.count + 63) / 64 * 16
      var expected: [Double] = []
      for start in stride(from: 0, to: terms.count, by: part) {
        let before = expected.last ?? 0
        var sum = 0.0
        for term in terms[start..<min(start + part, terms.count)] {
          sum += Double(term)
          expected.append(before + sum)
        }
      }
      #expect(expected == expected.sorted())
      #expect(sums.map(\.bitPattern) == (expected + [-1, -1]).map(\.bitPattern))
    }
  }

  @Test func `an empty range writes nothing`() {
    var sums = [5.0]
    let none: ContiguousArray<Float> = []
    InstructionSet.scalar.cumulativeSoftmax(of: none.span, temperature: 1, into: &sums)
    #expect(sums == [5])
  }

  @Test(arguments: InstructionSet.available)
  func `large and far apart logits neither overflow nor become NaN`(
    instructionSet: InstructionSet
  ) {
    var sums = [0.0, 0, 0]
    let row: ContiguousArray<Float> = [-3e38, 3e38, 3e38]
    instructionSet.cumulativeSoftmax(of: row.span, temperature: 0.5, into: &sums)
    #expect(sums == [0, 1, 2])
  }
}
