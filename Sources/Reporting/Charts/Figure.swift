/// A chart: a drawing, and the names of what it shows.
package struct Figure {
  /// What is read aloud in its place, and what its file is named after.
  package let label: String
  let width: Double
  let height: Double
  let parts: [Markup]
  let legend: ChartLegend

  /// The chart on a page, whose style sheet it uses.
  package var markup: Markup {
    .element(
      "svg",
      [
        "viewBox": "0 0 \(SVG.number(width)) \(SVG.number(height))", "role": "img",
        "aria-label": label, "class": "wide", "style": "max-width:\(SVG.number(width))px",
      ], parts) + legend.markup
  }

  /// The chart as a file of its own, legend, fonts and colours inside.
  package var file: String {
    let rows = legend.rows(width: width)
    let size = (SVG.number(width), SVG.number(height + Double(rows.count) * 20 + 6))
    let drawing = Markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": size.0, "height": size.1,
        "viewBox": "0 0 \(size.0) \(size.1)", "font-family": "Helvetica, Arial, sans-serif",
        "font-size": "12",
      ],
      [
        .element("title", text: label), PageStyle.figureElement,
        SVG.bar(x: 0, y: 0, width: width, height: height + 1000, style: "fill:#fff", title: label),
      ] + parts
        + rows.enumerated().map { row, entries in
          .element(
            "g", ["transform": "translate(16 \(SVG.number(height + 10 + Double(row) * 20)))"],
            entries)
        })
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + PageStyle.withoutVariables(drawing.source) + "\n"
  }
}
