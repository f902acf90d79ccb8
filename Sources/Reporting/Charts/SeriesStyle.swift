/// How a series is told from the others: by colour, and by the shape of its points for those who
/// do not see the colour.
package struct SeriesStyle: Sendable, Equatable {
  /// Colours that are told apart with any common colour blindness (Okabe and Ito 2008), as the
  /// page's style sheet defines them, for both themes.
  private static let colourCount = 6

  /// The place among all series, from 0; repeats after 6 colours with another shape.
  package let index: Int

  /// A value for `fill` and `stroke`.
  var colour: String { "var(--series-\(index % Self.colourCount))" }

  /// Lengths of dashes and gaps; nil for a whole line.
  var dashes: String? {
    switch index / Self.colourCount % 3 {
    case 0: nil
    case 1: "6 3"
    default: "2 3"
    }
  }

  /// A point of the series; a text tells its value on hover.
  func marker(x: Double, y: Double, title: String, isFaded: Bool = false) -> Markup {
    let style = "fill:\(colour)" + (isFaded ? ";opacity:.3" : "")
    let corners: [(Double, Double)]
    switch index % 4 {
    case 0:
      return .element(
        "circle", ["cx": SVG.number(x), "cy": SVG.number(y), "r": "3.5", "style": style],
        [.element("title", text: title)])
    case 1: corners = [(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)]
    case 2: corners = [(0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)]
    default: corners = [(0, -4.5), (4.2, 3.5), (-4.2, 3.5)]
    }
    return SVG.polygon(corners, x: x, y: y, style: style, title: title)
  }
}
