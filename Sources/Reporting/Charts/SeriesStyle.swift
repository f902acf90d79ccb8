/// How a series is told from the others: by colour, and by the shape of its points for those who
/// do not see the colour.
package struct SeriesStyle: Sendable, Equatable {
  /// Colours that are told apart with any common colour blindness (Okabe and Ito 2008), as the
  /// page's style sheet defines them, for both themes.
  private static let colourCount = 6

  /// The place among all series, from 0.
  package let index: Int

  /// The style of a series by its place; repeats after 6 colours with another shape.
  package init(index: Int) {
    self.index = index
  }

  /// A value for `fill` and `stroke`.
  package var colour: String { "var(--series-\(index % Self.colourCount))" }

  /// Lengths of dashes and gaps; nil for a whole line.
  package var dashes: String? {
    switch index / Self.colourCount % 3 {
    case 0: nil
    case 1: "6 3"
    default: "2 3"
    }
  }

  /// A point of the series; a text tells its value on hover.
  package func marker(x: Double, y: Double, title: String, isFaded: Bool = false) -> Markup {
    let style = "fill:\(colour)" + (isFaded ? ";opacity:.3" : "")
    let children = [Markup.element("title", text: title)]
    switch index % 4 {
    case 0:
      return .element(
        "circle",
        ["cx": SVG.number(x), "cy": SVG.number(y), "r": "3.5", "style": style],
        children)
    case 1:
      return polygon([(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)], x, y, style, children)
    case 2: return polygon([(0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)], x, y, style, children)
    default: return polygon([(0, -4.5), (4.2, 3.5), (-4.2, 3.5)], x, y, style, children)
    }
  }

  private func polygon(
    _ corners: [(Double, Double)], _ x: Double, _ y: Double, _ style: String,
    _ children: [Markup]
  ) -> Markup {
    let points = corners.map { "\(SVG.number(x + $0.0)),\(SVG.number(y + $0.1))" }
    return .element(
      "polygon", ["points": points.joined(separator: " "), "style": style], children)
  }
}
