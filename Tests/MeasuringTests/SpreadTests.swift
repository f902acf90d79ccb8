import Measuring
import Testing

struct SpreadTests {
  @Test(arguments: [
    ([3.0], 3.0, 3.0, 3.0),
    ([4, 1], 1.75, 2.5, 3.25),
    ([5, 1, 4, 2, 3], 2, 3, 4),
    ([10, 0, 20, 30], 7.5, 15, 22.5),
  ])
  func `the quartiles are those between the nearest of the sorted values`(
    values: [Double], lower: Double, median: Double, upper: Double
  ) {
    let spread = Spread(values)
    #expect(spread.lowerQuartile == lower)
    #expect(spread.median == median)
    #expect(spread.upperQuartile == upper)
    #expect(spread.count == values.count)
  }

  @Test func `one measurement that was disturbed does not move the median`() {
    #expect(Spread([1, 1, 1, 1, 1000]).median == 1)
  }
}
