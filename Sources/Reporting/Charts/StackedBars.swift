/// One bar an item, made of parts that add up.
package struct StackedBars: Sendable, Equatable {
  /// A bar.
  package struct Bar: Sendable, Equatable {
    /// What it is about.
    package var name: String
    /// A value for each part.
    package var values: [Double]

    /// A bar of parts.
    package init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What is read aloud in its place.
  package var label: String
  /// What the axis shows, with its unit.
  package var axis: String
  /// The names of the parts.
  package var parts: [String]
  /// The bars, from the top.
  package var bars: [Bar]

  private static let rowHeight = 30.0
  private static let width = 640.0

  /// A chart of bars.
  package init(_ label: String, axis: String, parts: [String], bars: [Bar]) {
    self.label = label
    self.axis = axis
    self.parts = parts
    self.bars = bars
  }

  /// The chart and its legend.
  package var figure: Figure {
    let frame = frame
    return Figure(
      label, width: frame.width, height: frame.height,
      [frame.ruler] + bars.enumerated().map { bar($0.element, at: $0.offset, in: frame) },
      legend: parts.enumerated().map { .init($0.element, SeriesStyle(index: $0.offset), nil) })
  }

  private var frame: ForestFrame {
    ForestFrame(
      width: Self.width, height: Double(bars.count) * Self.rowHeight + 48,
      left: RowNames.width(bars.map(\.name)), right: 20,
      axis: ChartAxis(
        axis,
        AxisScale(
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
          style: "fill:\(Self.colour(part))", title: text))
    }
    return .sequence(pieces)
  }

  private static func colour(_ part: Int) -> String { SeriesStyle(index: part).colour }
}
