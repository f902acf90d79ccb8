/// One bar an item, made of parts that add up.
struct StackedBars {
  /// A bar.
  struct Bar {
    /// What it is about.
    var name: String
    /// A value for each part.
    var values: [Double]
  }

  /// What is read aloud in its place.
  var label: String
  /// What the axis shows, with its unit.
  var axis: String
  /// The names of the parts.
  var parts: [String]
  /// The bars, from the top.
  var bars: [Bar]

  private static let rowHeight = 30.0
  private static let width = 640.0

  /// The chart and its legend.
  var figure: Figure {
    let frame = frame
    return Figure(
      label: label, width: frame.width, height: frame.height,
      parts: [frame.ruler] + bars.enumerated().map { bar($0.element, at: $0.offset, in: frame) },
      legend: ChartLegend(
        entries: parts.enumerated().map {
          .init(name: $0.element, style: SeriesStyle(index: $0.offset), role: nil)
        }))
  }

  private var frame: ForestFrame {
    ForestFrame(
      width: Self.width, height: Double(bars.count) * Self.rowHeight + 48,
      left: RowNames.width(bars.map(\.name)), right: 20,
      axis: ChartAxis(
        title: axis,
        scale: AxisScale(
          .linear, covering: bars.map { $0.values.reduce(0, +) }, includesZero: true)))
  }

  private func bar(_ bar: Bar, at index: Int, in frame: ForestFrame) -> Markup {
    let y = 6 + Double(index) * Self.rowHeight
    var pieces = [
      SVG.text(RowNames.shortened(bar.name), x: frame.left - 8, y: y + 16, anchor: .end)
    ]
    var sum = 0.0
    for (part, value) in bar.values.enumerated() where value > 0 {
      let start = frame.horizontal(sum)
      sum += value
      let text = "\(bar.name), \(parts[part]): \(NumberText.significant(value))"
      pieces.append(
        SVG.bar(
          x: start, y: y, width: frame.horizontal(sum) - start, height: Self.rowHeight - 8,
          style: "fill:\(SeriesStyle(index: part).colour)", title: text))
    }
    return .sequence(pieces)
  }
}
