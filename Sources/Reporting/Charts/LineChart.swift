/// Curves over numbers, with intervals where they are known.
struct LineChart {
  /// A value over a number.
  struct Point {
    /// Where.
    var x: Double
    /// How much.
    var y: Double
    /// From where to where it might be.
    var interval: Interval?
    /// Whether it is drawn faintly: too little is behind it.
    var isFaded = false
    /// What is told of it when it is pointed at.
    var note: String?
  }

  /// What a curve shows.
  enum Role {
    /// Measured: points and a line.
    case measured
    /// Computed: a thin dashed line of the same colour.
    case predicted
    /// An ideal to compare with: a grey dashed line.
    case ideal
  }

  /// A curve.
  struct Series {
    /// What the legend calls it.
    var name: String
    /// Ascending in x.
    var points: [Point]
    /// Colour and shape.
    var style: SeriesStyle
    /// Measured, computed or ideal.
    var role = Role.measured
  }

  /// What is read aloud in its place.
  var label: String
  /// Both axes.
  var frame: ChartFrame
  /// The curves.
  var series: [Series]
  /// A value to compare with, such as 1 for no speedup.
  var reference: Double?

  /// The chart and its legend.
  var figure: Figure {
    let rule = reference.map {
      SVG.line(
        from: (frame.left, frame.vertical($0)),
        to: (frame.width - frame.right, frame.vertical($0)), class: "reference")
    }
    return Figure(
      label: label, width: frame.width, height: frame.height,
      parts: [frame.axes] + [rule].compactMap { $0 } + series.map(curve),
      legend: ChartLegend(
        entries: series.map { .init(name: $0.name, style: $0.style, role: $0.role) }))
  }

  private func curve(_ series: Series) -> Markup {
    let places = series.points.map { (x: frame.horizontal($0.x), y: frame.vertical($0.y)) }
    let stroke = ChartLegend.stroke(series.style, series.role)
    // From the last point with enough behind it on the line is faint, too.
    let end = series.points.lastIndex { !$0.isFaded } ?? 0
    let faint =
      end < places.count - 1
      ? SVG.path(Array(places[end...]), style: stroke + ";opacity:.3") : .empty
    let line = SVG.path(Array(places.prefix(end + 1)), style: stroke) + faint
    guard series.role == .measured else { return line }
    let points = zip(series.points, places).map { point, place in
      whisker(point, at: place.x, series.style)
        + series.style.marker(
          x: place.x, y: place.y, title: title(of: point, in: series), isFaded: point.isFaded)
    }
    return line + .sequence(points)
  }

  private func whisker(_ point: Point, at x: Double, _ style: SeriesStyle) -> Markup {
    guard let interval = point.interval else { return .empty }
    return SVG.line(
      from: (x, frame.vertical(interval.lower)), to: (x, frame.vertical(interval.upper)),
      style: "stroke:\(style.colour);stroke-width:1.5")
  }

  private func title(of point: Point, in series: Series) -> String {
    func text(_ value: Double) -> String { NumberText.significant(value) }
    let interval = point.interval.map { " (\(text($0.lower)) to \(text($0.upper)))" }
    return "\(series.name): \(text(point.x)) → \(text(point.y))\(interval ?? "")"
      + (point.note.map { " \($0)" } ?? "")
  }
}
