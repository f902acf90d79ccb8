import Foundation
import Reporting
import Testing

struct AxisScaleTests {
  @Test(arguments: [
    ([0.0, 9.7], [0.0, 2, 4, 6, 8, 10]), ([0.0, 1.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ([130.0, 4_900], [0.0, 1000, 2000, 3000, 4000, 5000]),
    ([-3.0, 4], [-3.0, -2, -1, 0, 1, 2, 3, 4]),
  ])
  func `linear ticks are round and hold the values`(values: [Double], expected: [Double]) {
    let scale = AxisScale(.linear, covering: values, includesZero: true)
    let isExpected =
      scale.ticks.count == expected.count
      && zip(scale.ticks, expected).allSatisfy { abs($0 - $1) < 1e-9 }
    #expect(isExpected, "\(scale.ticks)")
    #expect(values.allSatisfy { scale.lower <= $0 && $0 <= scale.upper })
  }

  @Test(arguments: [[0.8, 4.2], [1.0, 1.1], [0.001, 900], [1.44, 2.82], [0.98, 1.02], [3, 3]])
  func `logarithmic ticks are few, ascending and within the axis`(values: [Double]) {
    let scale = AxisScale(.logarithmic, covering: values)
    #expect((2...9).contains(scale.ticks.count), "\(scale.ticks)")
    #expect(scale.ticks == scale.ticks.sorted())
    #expect(scale.ticks.allSatisfy { scale.lower * 0.999 <= $0 && $0 <= scale.upper * 1.001 })
    #expect(values.allSatisfy { scale.lower * 0.999 <= $0 && $0 <= scale.upper * 1.001 })
  }

  @Test(
    arguments: [
      [], [.nan], [.infinity, 2], [0, 0], [-1], [1e300, 1e-300], [1e308, -1e308],
    ] as [[Double]])
  func `no values are too odd for a scale`(values: [Double]) {
    for kind in [AxisScale.Kind.linear, .logarithmic] {
      let scale = AxisScale(kind, covering: values)
      #expect(scale.upper > scale.lower)
      #expect(scale.ticks.count < 400)
      for value in values + [0, 1, .nan, -.infinity] {
        #expect((0...1).contains(scale.place(value)))
      }
    }
  }

  @Test func `equal ratios are equally long on a logarithmic scale`() {
    let scale = AxisScale(.logarithmic, covering: [1, 8])
    let places = [1.0, 2, 4, 8].map(scale.place)
    #expect(abs(places[1] - places[0] - (places[3] - places[2])) < 1e-12)
  }

  @Test(arguments: [
    (0.2, 0.2, "0.2"), (3, 1, "3"), (1500, 500, "1500"), (0.05, 0.01, "0.05"), (2, 0.5, "2.0"),
  ])
  func `ticks have the digits that tell them apart`(value: Double, spacing: Double, text: String) {
    #expect(ChartAxis.label(value, spacing: spacing) == text)
  }
}
