/// The names of what a chart shows, each with its line and shape; flows with the page's width.
package struct ChartLegend: Sendable, Equatable {
  /// An entry.
  package struct Entry: Sendable, Equatable {
    let name: String
    let style: SeriesStyle
    let role: LineChart.Role

    /// Names a series.
    package init(_ name: String, _ style: SeriesStyle, _ role: LineChart.Role = .measured) {
      self.name = name
      self.style = style
      self.role = role
    }
  }

  private let entries: [Entry]

  /// A legend of entries.
  package init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// A list below the chart.
  package var markup: Markup {
    .element(
      "div", ["class": "legend"],
      entries.map { entry in
        .element("span", [:], [Self.sample(entry), .text(entry.name)])
      })
  }

  /// The line of a series as a style.
  static func stroke(_ style: SeriesStyle, _ role: LineChart.Role) -> String {
    switch role {
    case .measured:
      "stroke:\(style.colour)" + (style.dashes.map { ";stroke-dasharray:\($0)" } ?? "")
    case .predicted: "stroke:\(style.colour);stroke-dasharray:5 4;stroke-width:1.5"
    case .ideal: "stroke:var(--faint);stroke-dasharray:\(style.dashes ?? "8 4");stroke-width:1.5"
    }
  }

  private static func sample(_ entry: Entry) -> Markup {
    let line = SVG.line(
      from: (0, 7), to: (26, 7), class: "curve", style: stroke(entry.style, entry.role))
    let point =
      entry.role == .measured ? entry.style.marker(x: 13, y: 7, title: entry.name) : .empty
    return .element(
      "svg", ["viewBox": "0 0 26 14", "class": "key", "aria-hidden": "true"], [line, point])
  }
}
