/// Curves over numbers, with intervals where they are known.
package struct LineChart: Sendable, Equatable {
  /// A value over a number.
  package struct Point: Sendable, Equatable {
    /// Where.
    package var x: Double
    /// How much.
    package var y: Double
    /// From where to where it might be.
    package var interval: Interval?
    /// Whether it is drawn faintly: too little is behind it.
    package var isFaded: Bool
    /// What is told of it when it is pointed at.
    package var note: String?

    /// A point, with its interval if it is known.
    package init(
      x: Double, y: Double, interval: Interval? = nil, isFaded: Bool = false, note: String? = nil
    ) {
      self.x = x
      self.y = y
      self.interval = interval
      self.isFaded = isFaded
      self.note = note
    }
  }

  /// What a curve shows.
  package enum Role: Sendable, Equatable {
    /// Measured: points and a line.
    case measured
    /// Computed: a thin dashed line of the same colour.
    case predicted
    /// An ideal to compare with: a grey dashed line.
    case ideal
  }

  /// A curve.
  package struct Series: Sendable, Equatable {
    /// What the legend calls it.
    package var name: String
    /// Ascending in x.
    package var points: [Point]
    /// Colour and shape.
    package var style: SeriesStyle
    /// Measured, computed or ideal.
    package var role: Role

    /// A curve through points.
    package init(_ name: String, _ points: [Point], style: SeriesStyle, role: Role = .measured) {
      self.name = name
      self.points = points
      self.style = style
      self.role = role
    }
  }

  /// What is read aloud in its place.
  package var label: String
  /// Both axes.
  package var frame: ChartFrame
  /// The curves.
  package var series: [Series]
  /// A value to compare with, such as 1 for no speedup.
  package var reference: Double?

  /// A chart of curves.
  package init(_ label: String, frame: ChartFrame, series: [Series], reference: Double? = nil) {
    self.label = label
    self.frame = frame
    self.series = series
    self.reference = reference
  }

  /// The chart and its legend.
  package var figure: Figure {
    let rule = reference.map {
      SVG.line(
        from: (frame.left, frame.vertical($0)),
        to: (frame.width - frame.right, frame.vertical($0)), class: "reference")
    }
    return Figure(
      label, width: frame.width, height: frame.height,
      [frame.axes] + [rule].compactMap { $0 } + series.map(curve),
      legend: series.map { .init($0.name, $0.style, $0.role) })
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
