/// Columns over whole numbers, several series side by side: a histogram.
package struct ColumnChart: Sendable, Equatable {
  /// A column at each number from `first` on.
  package struct Series: Sendable, Equatable {
    /// What the legend calls it.
    package var name: String
    /// The number of the first column.
    package var first: Int
    /// How high each is.
    package var values: [Double]
    /// The colour.
    package var style: SeriesStyle

    /// Columns from a number on.
    package init(_ name: String, first: Int, _ values: [Double], style: SeriesStyle) {
      self.name = name
      self.first = first
      self.values = values
      self.style = style
    }
  }

  /// What is read aloud in its place.
  package var label: String
  /// Both axes; the horizontal one reaches half a column beyond the numbers.
  package var frame: ChartFrame
  /// The columns.
  package var series: [Series]

  /// A chart of columns.
  package init(_ label: String, x: String, y: String, series: [Series], percent: Bool = false) {
    self.label = label
    self.series = series
    let first = series.map(\.first).min() ?? 0
    let last = series.map { $0.first + $0.values.count - 1 }.max() ?? 1
    let heights = series.flatMap(\.values)
    frame = ChartFrame(
      x: ChartAxis(x, AxisScale(.linear, covering: [Double(first) - 0.5, Double(last) + 0.5])),
      y: ChartAxis(
        y, AxisScale(.linear, covering: heights, includesZero: true), suffix: percent ? " %" : ""))
  }

  /// The chart and its legend.
  package var markup: Markup {
    let drawing = SVG.drawing(
      width: frame.width, height: frame.height, label: label,
      [frame.axes] + series.indices.map(columns))
    return drawing + ChartLegend(series.map { .init($0.name, $0.style) }).markup
  }

  private func columns(_ place: Int) -> Markup {
    let series = series[place]
    let full = frame.horizontal(1) - frame.horizontal(0)
    let width = max(1, full * 0.84 / Double(self.series.count))
    return .sequence(
      series.values.enumerated().map { index, value in
        let number = series.first + index
        let left =
          frame.horizontal(Double(number)) - full * 0.42 + Double(place) * width
        let top = frame.vertical(value)
        return SVG.bar(
          x: left, y: top, width: width, height: frame.height - frame.bottom - top,
          style: "fill:\(series.style.colour)",
          title: "\(series.name): \(number) → \(NumberText.significant(value))")
      })
  }
}
