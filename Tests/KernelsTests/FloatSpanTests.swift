import Kernels
import Testing

@Suite struct FloatSpanTests {
  private static let counts = [1, 2, 15, 63, 64, 65, 127, 128, 130, 200]

  @Test(arguments: counts, [Float.nan, .infinity, -.infinity])
  func `the first value that is not finite is found at every place`(count: Int, value: Float) {
    var random = RandomFloats(seed: 4)
    let finite = ContiguousArray(
      random.values(count, in: -1e38...1e38))
    #expect(finite.span.firstNonFinite == nil)
    for place in finite.indices {
      var row = finite
      row[place] = value
      // Those after it do not matter.
      if place + 70 < count { row[place + 70] = value }
      if place + 1 < count { row[place + 1] = value }
      #expect(row.span.firstNonFinite == place)
    }
  }

  @Test(arguments: counts)
  func `the maximum is found at every place`(count: Int) {
    var random = RandomFloats(seed: 6)
    let values = ContiguousArray(random.values(count, in: -30 ... -1))
    #expect(values.span.maximum == values.max())
    for place in values.indices {
      var row = values
      row[place] = -0.5
      #expect(row.span.maximum == -0.5)
    }
  }

  @Test func `of no values there is neither a maximum nor one that is not finite`() {
    let none: ContiguousArray<Float> = []
    #expect(none.span.maximum == nil)
    #expect(none.span.firstNonFinite == nil)
  }

  @Test(arguments: [0, 1, 5, 100])
  func `a copy takes all values`(count: Int) {
    var random = RandomFloats(seed: 5)
    let values = ContiguousArray(random.values(count))
    var copy = [Float](repeating: 0, count: count)
    values.span.copy(into: &copy)
    #expect(copy == Array(values))
  }

  @Test func `a copy over fewer or more values traps`() async {
    await #expect(processExitsWith: .failure) {
      let values: ContiguousArray<Float> = [1, 2]
      var copy: [Float] = [0]
      values.span.copy(into: &copy)
    }
  }
}
