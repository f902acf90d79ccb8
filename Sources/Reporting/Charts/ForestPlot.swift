/// One row an item: an estimate as a point, its interval as a line, and both as numbers.
package struct ForestPlot {
  /// A row.
  package struct Row {
    /// What the row is about.
    var name: String
    /// The estimate.
    var value: Double
    /// Where it might be.
    var interval: Interval?
    /// Whether it sums up others: drawn as a diamond, in bold.
    var isSummary: Bool
    /// Colour and shape of a row that is no summary.
    var style: SeriesStyle

    /// A row with its interval, if it is known.
    package init(
      _ name: String, _ value: Double, interval: Interval?, isSummary: Bool = false,
      style: SeriesStyle = SeriesStyle(index: 0)
    ) {
      self.name = name
      self.value = value
      self.interval = interval
      self.isSummary = isSummary
      self.style = style
    }
  }

  /// What is read aloud in its place.
  var label: String
  /// What the axis shows, with its unit.
  var axis: String
  /// The rows, from the top.
  var rows: [Row]
  /// The value of no effect.
  var reference = 1.0
  /// What colours and shapes mean, where names do not say it.
  var legend: [ChartLegend.Entry] = []

  private static let rowHeight = 20.0
  private static let width = 640.0
  private static let numberWidth = 128.0

  /// A plot of rows.
  package init(_ label: String, axis: String, rows: [Row]) {
    self.label = label
    self.axis = axis
    self.rows = rows
  }

  /// The plot.
  package var figure: Figure {
    Figure(
      label: label, width: frame.width, height: frame.height,
      parts: [frame.ruler, referenceLine]
        + rows.enumerated().map { row($0.element, at: $0.offset) },
      legend: ChartLegend(entries: legend))
  }

  /// How far beyond the estimates the axis goes: an interval that goes further is cut, so that one
  /// bad row does not press all others into a line.
  private static let margin = 1.5

  private var frame: ForestFrame {
    let estimates = rows.map(\.value)
    let least = (estimates.min() ?? 1) / Self.margin
    let most = (estimates.max() ?? 1) * Self.margin
    let values = rows.flatMap {
      [$0.value] + ($0.interval.map { [max($0.lower, least), min($0.upper, most)] } ?? [])
    }
    return ForestFrame(
      width: Self.width, height: Double(rows.count) * Self.rowHeight + 52,
      left: RowNames.width(rows.map(\.name)), right: Self.numberWidth,
      axis: ChartAxis(
        title: axis, scale: AxisScale(.logarithmic, covering: values + [reference]), suffix: "x"))
  }

  private var referenceLine: Markup {
    let place = frame.horizontal(reference)
    return SVG.line(from: (place, 4), to: (place, frame.base), class: "reference")
  }

  private func row(_ row: Row, at index: Int) -> Markup {
    let y = 8 + (Double(index) + 0.5) * Self.rowHeight
    let numbers = NumberText.factor(row.value, row.interval)
    let title = "\(row.name): \(numbers)"
    let place = frame.horizontal(row.value)
    let weight = row.isSummary ? "strong" : nil
    let colour = row.isSummary ? "var(--text)" : row.style.colour
    var parts = [
      SVG.text(
        RowNames.shortened(row.name), x: frame.left - 8, y: y + 4, anchor: .end, class: weight)
    ]
    if let interval = row.interval {
      parts.append(
        SVG.line(
          from: (frame.horizontal(interval.lower), y),
          to: (frame.horizontal(interval.upper), y), style: "stroke:\(colour);stroke-width:2"))
      let scale = frame.axis.scale
      if interval.lower < scale.lower { parts.append(arrow(at: frame.left, -1, y, colour)) }
      if interval.upper > scale.upper {
        parts.append(arrow(at: frame.width - frame.right, 1, y, colour))
      }
    }
    parts.append(
      row.isSummary
        ? SVG.polygon(
          [(-6, 0), (0, -5), (6, 0), (0, 5)], x: place, y: y, style: "fill:var(--text)",
          title: title)
        : row.style.marker(x: place, y: y, title: title))
    parts.append(
      SVG.text(
        numbers, x: Self.width - 4, y: y + 4, anchor: .end,
        class: row.isSummary ? "number strong" : "number"))
    return .sequence(parts)
  }

  /// The end of an interval that goes on beyond the axis.
  private func arrow(at x: Double, _ direction: Double, _ y: Double, _ colour: String) -> Markup {
    SVG.polygon(
      [(0, -4), (direction * 7, 0), (0, 4)], x: x, y: y, style: "fill:\(colour)",
      title: "the interval goes on")
  }
}

/// The names beside rows.
enum RowNames {
  private static let limit = 28

  /// Room for the longest of names as a phone shows it, where letters are larger.
  static func width(_ names: [String]) -> Double {
    12 + 8.6 * Double(min(names.map(\.count).max() ?? 0, limit))
  }

  /// A name that fits: what is left out is in the middle, since configurations differ at the end.
  static func shortened(_ name: String) -> String {
    name.count > limit ? name.prefix(limit / 2) + "…" + name.suffix(limit / 2 - 1) : name
  }
}

/// The single axis of a forest plot.
struct ForestFrame {
  let width: Double
  let height: Double
  let left: Double
  let right: Double
  let axis: ChartAxis

  var base: Double { height - 40 }

  func horizontal(_ value: Double) -> Double {
    left + axis.scale.place(value) * (width - left - right)
  }

  /// Grid, ticks and title.
  var ruler: Markup {
    let ticks = axis.labels.flatMap { tick in
      let x = horizontal(tick.value)
      return [
        SVG.line(from: (x, 4), to: (x, base), class: "grid"),
        SVG.text(tick.text, x: x, y: base + 15, anchor: .middle),
      ]
    }
    return .sequence(
      ticks + [
        SVG.line(from: (left, base), to: (width - right, base), class: "axis"),
        SVG.text(
          axis.title, x: (left + width - right) / 2, y: height - 6, anchor: .middle, class: "title"),
      ])
  }
}
