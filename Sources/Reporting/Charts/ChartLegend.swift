/// The names of what a chart shows, each with its line and shape; flows with the page's width.
struct ChartLegend {
  /// An entry.
  struct Entry {
    let name: String
    let style: SeriesStyle
    /// Nil for an area of colour.
    var role: LineChart.Role? = .measured
  }

  let entries: [Entry]

  /// A list below the chart.
  var markup: Markup {
    guard !entries.isEmpty else { return .empty }
    return .element(
      "div", ["class": "legend"],
      entries.map { entry in
        let key = Markup.element(
          "svg", ["viewBox": "0 0 26 14", "class": "key", "aria-hidden": "true"],
          Self.sample(entry))
        return .element("span", [:], [key, .text(entry.name)])
      })
  }

  /// The same as drawings, in as many rows as a width needs.
  func rows(width: Double) -> [[Markup]] {
    var rows: [[Markup]] = []
    var place = Double.infinity
    for entry in entries {
      // No font is at hand: letters are taken to be as wide as most are.
      let needed = 50 + 6.6 * Double(entry.name.count)
      if place + needed > width - 32 {
        rows.append([])
        place = 0
      }
      rows[rows.count - 1].append(
        .element(
          "g", ["transform": "translate(\(SVG.number(place)) 0)"],
          Self.sample(entry) + [SVG.text(entry.name, x: 32, y: 11, class: "title")]))
      place += needed
    }
    return rows
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

  private static func sample(_ entry: Entry) -> [Markup] {
    guard let role = entry.role else {
      return [
        SVG.bar(
          x: 6, y: 1, width: 13, height: 13, style: "fill:\(entry.style.colour)",
          title: entry.name)
      ]
    }
    let line = SVG.line(
      from: (0, 7), to: (26, 7), class: "curve", style: stroke(entry.style, role))
    return role == .measured ? [line, entry.style.marker(x: 13, y: 7, title: entry.name)] : [line]
  }
}
