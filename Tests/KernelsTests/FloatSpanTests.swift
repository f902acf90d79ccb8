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
}
