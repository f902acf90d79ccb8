/// The pieces that charts are drawn of. Sizes are in pixels of a drawing that scales to the page.
enum SVG {
  /// A coordinate with as many digits as a pixel needs.
  static func number(_ value: Double) -> String {
    let text = NumberText.fixed(value.isFinite ? value : 0, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A straight line.
  static func line(
    from: (x: Double, y: Double), to: (x: Double, y: Double), class name: String? = nil,
    style: String? = nil
  ) -> Markup {
    .element(
      "line",
      [
        "x1": number(from.x), "y1": number(from.y), "x2": number(to.x), "y2": number(to.y),
        "class": name, "style": style,
      ])
  }

  /// A rectangle; a text tells its value on hover.
  static func bar(
    x: Double, y: Double, width: Double, height: Double, style: String, title: String
  ) -> Markup {
    .element(
      "rect",
      [
        "x": number(x), "y": number(y), "width": number(max(0, width)),
        "height": number(max(0, height)), "style": style,
      ], [.element("title", text: title)])
  }

  /// Where a text stands against its point.
  enum Anchor: String, Sendable {
    case start, middle, end
  }

  /// A line of text.
  static func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, class name: String? = nil,
    isUpright: Bool = false
  ) -> Markup {
    .element(
      "text",
      [
        "x": number(x), "y": number(y), "text-anchor": anchor.rawValue, "class": name,
        "transform": isUpright ? "rotate(-90 \(number(x)) \(number(y)))" : nil,
      ], text: text)
  }

  /// A shape by its corners, counted from a place; a text tells its value on hover.
  static func polygon(
    _ corners: [(x: Double, y: Double)], x: Double, y: Double, style: String, title: String
  ) -> Markup {
    let points = corners.map { "\(number(x + $0.x)),\(number(y + $0.y))" }
    return .element(
      "polygon", ["points": points.joined(separator: " "), "style": style],
      [.element("title", text: title)])
  }

  /// Straight pieces through points.
  static func path(_ points: [(x: Double, y: Double)], style: String) -> Markup {
    let places = points.map { "\(number($0.x)),\(number($0.y))" }
    return .element(
      "polyline", ["points": places.joined(separator: " "), "class": "curve", "style": style])
  }
}
